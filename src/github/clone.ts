import type { Repository } from '../model/trigger.ts'
import type { CloneAccess } from '../ports/github.ts'
import type { Addresses } from './addresses.ts'
import { cloneUrlOf } from './addresses.ts'
import { unavailable } from './failure.ts'
import type { Asking } from './files.ts'

/** A token with less time left than this is not handed out again. */
const sparedMs = 15 * 60_000
const keptAtMost = 1000

interface Kept {
  readonly access: Promise<CloneAccess>
  /** Null while GitHub is being asked: those who come meanwhile share the answer. */
  expiresAt: number | null
}

/**
 * Tokens that can read one repository and nothing else, kept while they last: 100 jobs that check out
 * at once ask GitHub once.
 */
export function createCloneAccess(
  asking: Asking,
  addresses: Addresses,
): (repository: Repository) => Promise<CloneAccess> {
  const kept = new Map<string, Kept>()
  return (repository) => {
    const key = `${repository.installationId}/${repository.owner}/${repository.name}/${repository.id}`
    const known = kept.get(key)
    const now = asking.clock.now()
    if (known && (known.expiresAt === null || known.expiresAt - now > sparedMs)) return known.access
    return keep(kept, key, newAccess(asking, addresses, repository))
  }
}

async function keep(
  kept: Map<string, Kept>,
  key: string,
  access: Promise<CloneAccess>,
): Promise<CloneAccess> {
  const oldest = kept.keys().next().value
  if (oldest !== undefined && kept.size >= keptAtMost) kept.delete(oldest)
  const entry: Kept = { access, expiresAt: null }
  kept.set(key, entry)
  try {
    entry.expiresAt = (await access).expiresAt
  } catch {
    kept.delete(key)
  }
  return await access
}

async function newAccess(
  { probot, clock }: Asking,
  addresses: Addresses,
  repository: Repository,
): Promise<CloneAccess> {
  try {
    // The App itself: Octokit's own way of making such a token always calls github.com.
    const app = await probot.auth()
    const { data } = await app.rest.apps.createInstallationAccessToken({
      installation_id: repository.installationId,
      repository_ids: [repository.id],
      permissions: { contents: 'read' },
    })
    const url = cloneUrlOf(addresses, repository)
    return { url, token: data.token, expiresAt: Date.parse(data.expires_at) }
  } catch (error) {
    const doing = `cannot get access to ${repository.owner}/${repository.name}`
    throw unavailable(error, doing, clock.now())
  }
}

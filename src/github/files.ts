import { posix } from 'node:path'
import type { Repository } from '../model/trigger.ts'
import type { Clock } from '../ports/clock.ts'
import { GitHubUnavailable } from '../ports/github.ts'
import type { Clients } from './client.ts'
import { failureOf, unavailable } from './failure.ts'

const sizeLimit = 10 * 1024 * 1024
/** GitHub lists no more of a folder, and does not say that there is more. */
const mostListed = 1000

export interface Asking {
  readonly probot: Clients
  readonly clock: Clock
}

export interface FileName {
  /** A commit or a branch. */
  readonly ref: string
  readonly path: string
  /** Its folder is looked at first, and shows by itself that we can see the repository. */
  readonly rare: boolean
}

/**
 * The text of a file as it is at `ref`. Null when the commit has no such file (or a folder there); a
 * commit or repository that we cannot see is `GitHubUnavailable` instead: right after a push GitHub may
 * not know the commit yet, and a missing permission must not look like a missing config.
 */
export async function readFile(
  asking: Asking,
  repository: Repository,
  file: FileName,
): Promise<string | null> {
  const doing = `cannot read ${file.path} of ${repository.owner}/${repository.name} at ${file.ref}`
  const now = () => asking.clock.now()
  try {
    if (file.rare && !(await mayBeThere(asking, repository, file))) return null
    return await content(asking, repository, file)
  } catch (error) {
    const failure = failureOf(error, now())
    if (failure.kind !== 'refused' || failure.status !== 404) throw unavailable(error, doing, now())
    return await missing(asking, repository, file.ref).catch((why: unknown) => {
      throw unavailable(why, doing, now())
    })
  }
}

async function content(
  { probot }: Asking,
  repository: Repository,
  { ref, path }: FileName,
): Promise<string | null> {
  const octokit = await probot.auth(repository.installationId)
  const { owner, name: repo } = repository
  const mediaType = { format: 'raw' }
  const { data } = await octokit.rest.repos.getContent({ owner, repo, path, ref, mediaType })
  return textOf(data)
}

async function mayBeThere(
  { probot }: Asking,
  repository: Repository,
  { ref, path }: FileName,
): Promise<boolean> {
  const folder = posix.dirname(path)
  if (folder === '.') return true
  const octokit = await probot.auth(repository.installationId)
  const { owner, name: repo } = repository
  const { data } = await octokit.rest.repos.getContent({ owner, repo, path: folder, ref })
  if (!Array.isArray(data)) return false
  return data.length >= mostListed || data.some(({ name }) => name === posix.basename(path))
}

/** With the raw media type GitHub sends bytes, whatever its description says; a folder is a list. */
function textOf(data: unknown): string | null {
  const text = data instanceof ArrayBuffer ? Buffer.from(data).toString() : data
  if (typeof text !== 'string') return null
  if (Buffer.byteLength(text) > sizeLimit)
    throw new GitHubUnavailable('the file is larger than 10 MB')
  return text
}

/** Null when the commit is there, so that only the file is missing. */
async function missing({ probot }: Asking, repository: Repository, ref: string): Promise<null> {
  const octokit = await probot.auth(repository.installationId)
  const { owner, name: repo } = repository
  await octokit.rest.repos.getCommit({ owner, repo, ref, per_page: 1 })
  return null
}

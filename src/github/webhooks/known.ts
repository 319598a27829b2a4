import type { Repository } from '../../model/trigger.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Clients } from '../client.ts'
import { failureOf } from '../failure.ts'

/** Whether the App has access to the repository. True in doubt: a delivery must not get lost. */
export type IsKnown = (repository: Repository) => Promise<boolean>

const patienceMs = 3_000
/** GitHub may need a moment until a new repository is seen everywhere. */
const secondLookAfterMs = 1_000
const keptMs = 3_600_000
const keptAtMost = 10_000

/**
 * Asks GitHub once an hour about each repository that pushes. Deliveries of another App with the same
 * secret, or for an installation that is gone, would else make pipelines that can never begin.
 */
export function createIsKnown(probot: Clients, clock: Clock): IsKnown {
  const kept = new Map<string, { readonly known: Promise<boolean>; readonly until: number }>()
  return async (repository) => {
    const key = `${repository.installationId}/${repository.owner}/${repository.name}`
    const entry = kept.get(key)
    if (entry && entry.until > clock.now()) return await entry.known
    if (kept.size >= keptAtMost) kept.clear()
    const known = look(probot, clock, repository)
    kept.set(key, { known, until: clock.now() + keptMs })
    if (!(await known)) kept.delete(key)
    return await known
  }
}

async function look(probot: Clients, clock: Clock, repository: Repository): Promise<boolean> {
  const doubt = clock.sleep(patienceMs).then(() => true)
  const twice = async (): Promise<boolean> => {
    if (await seen(probot, clock, repository)) return true
    await clock.sleep(secondLookAfterMs)
    return await seen(probot, clock, repository)
  }
  return await Promise.race([doubt, twice()])
}

/** 404 is also what GitHub says of an installation that it does not know. */
async function seen(probot: Clients, clock: Clock, repository: Repository): Promise<boolean> {
  try {
    const octokit = await probot.auth(repository.installationId)
    const { data } = await octokit.rest.repos.get({
      owner: repository.owner,
      repo: repository.name,
    })
    return data.id === repository.id
  } catch (error) {
    const failure = failureOf(error, clock.now())
    return failure.kind !== 'refused' || failure.status !== 404
  }
}

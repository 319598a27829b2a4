import type { CommitSha } from '../model/ids.ts'
import type { Repository } from '../model/trigger.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'
import { sha } from './webhooks/payload.ts'

/**
 * The commit that a pull request would bring in now; null when there is none such. Rejects with
 * `GitHubUnavailable` when GitHub does not say.
 */
export async function pullHead(
  { probot, clock }: Asking,
  { owner, name: repo, installationId }: Repository,
  number: number,
): Promise<CommitSha | null> {
  try {
    const octokit = await probot.auth(installationId)
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number })
    return sha(data.head.sha)
  } catch (error) {
    const failure = failureOf(error, clock.now())
    if (failure.kind === 'refused' && failure.status === 404) return null
    throw unavailable(error, `cannot look up pull request ${number}`, clock.now())
  }
}

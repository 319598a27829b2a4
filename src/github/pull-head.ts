import { forkBranch, type Repository } from '../model/trigger.ts'
import type { PullHead } from '../ports/inbox.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'
import { sha } from './webhooks/payload.ts'

/**
 * What a pull request would bring in now, and the branch whose pipelines are about it; null when there is
 * none such. Rejects with `GitHubUnavailable` when GitHub does not say.
 */
export async function pullHead(
  { probot, clock }: Asking,
  { id, owner, name: repo, installationId }: Repository,
  number: number,
): Promise<PullHead | null> {
  try {
    const octokit = await probot.auth(installationId)
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number })
    const commit = sha(data.head.sha)
    // Of a fork that was removed since, GitHub names no repository any more.
    const branch = data.head.repo?.id === id ? data.head.ref : forkBranch(number)
    return commit && { sha: commit, branch }
  } catch (error) {
    const failure = failureOf(error, clock.now())
    if (failure.kind === 'refused' && failure.status === 404) return null
    throw unavailable(error, `cannot look up pull request ${number}`, clock.now())
  }
}

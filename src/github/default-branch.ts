import type { Repository } from '../model/trigger.ts'
import { unavailable } from './failure.ts'
import type { Asking } from './files.ts'

/** Name of the default branch as it is now, whether or not anything was pushed to it. */
export async function defaultBranch(
  { probot, clock }: Asking,
  { owner, name: repo, installationId }: Repository,
): Promise<string> {
  try {
    const octokit = await probot.auth(installationId)
    return (await octokit.rest.repos.get({ owner, repo })).data.default_branch
  } catch (error) {
    throw unavailable(error, `cannot ask for the default branch of ${owner}/${repo}`, clock.now())
  }
}

import type { Commit, Repository } from '../model/trigger.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'
import { commitOf, missing } from './head.ts'

/**
 * The commit that a tag leads to, also an annotated one. Null when the repository is there and has no such
 * tag, or the tag is no commit's; a repository that we cannot see is `GitHubUnavailable` instead.
 */
export async function tag(
  asking: Asking,
  repository: Repository,
  name: string,
): Promise<Commit | null> {
  const { owner, name: repo, installationId } = repository
  const doing = `cannot look up tag ${name} of ${owner}/${repo}`
  const now = () => asking.clock.now()
  try {
    const octokit = await asking.probot.auth(installationId)
    const request = { owner, repo, ref: `tags/${name}`, per_page: 1 }
    return commitOf((await octokit.rest.repos.getCommit(request)).data)
  } catch (error) {
    const failure = failureOf(error, now())
    // GitHub says 422 where no ref of this name can be.
    const isMissing = failure.kind === 'refused' && [404, 422].includes(failure.status)
    if (!isMissing) throw unavailable(error, doing, now())
    return await missing(asking, repository).catch((why: unknown) => {
      throw unavailable(why, doing, now())
    })
  }
}

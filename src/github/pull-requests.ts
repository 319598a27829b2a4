import type { CommitSha } from '../model/ids.ts'
import type { Commit, PullRequest, Repository } from '../model/trigger.ts'
import { GitHubUnavailable, type PullRequestNow } from '../ports/github.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'
import { commitOf } from './head.ts'
import { sha } from './webhooks/payload.ts'

/** More than these from one branch are not told. */
const pullsAtMost = 20

/** Open pull requests from a branch of the repository, newest first; null where the App may not know. */
export const openPullRequests = (
  asking: Asking,
  repository: Repository,
  branch: string,
): Promise<readonly PullRequest[] | null> =>
  unlessRefused(asking, `cannot list the pull requests of branch ${branch}`, async () => {
    const { owner, name: repo } = repository
    const octokit = await asking.probot.auth(repository.installationId)
    const head = `${owner}:${branch}`
    const request = { owner, repo, head, state: 'open', per_page: pullsAtMost } as const
    const { data } = await octokit.rest.pulls.list(request)
    // GitHub leaves the filter out when it does not understand it.
    return data
      .filter((pull) => pull.head.ref === branch && pull.head.repo?.id === repository.id)
      .map((pull) => ({ number: pull.number, url: pull.html_url }))
  })

export const pullRequest = (
  asking: Asking,
  repository: Repository,
  number: number,
): Promise<PullRequestNow | null> =>
  unlessRefused(asking, `cannot look up pull request ${number}`, async () => {
    const octokit = await asking.probot.auth(repository.installationId)
    const place = { owner: repository.owner, repo: repository.name }
    const { data } = await octokit.rest.pulls.get({ ...place, pull_number: number })
    const head = sha(data.head.sha)
    if (head === null) throw new GitHubUnavailable('GitHub named no commit')
    return { open: data.state === 'open', head }
  })

export const commit = (
  asking: Asking,
  repository: Repository,
  name: CommitSha,
): Promise<Commit | null> =>
  unlessRefused(asking, `cannot look up commit ${name}`, async () => {
    const octokit = await asking.probot.auth(repository.installationId)
    const place = { owner: repository.owner, repo: repository.name }
    const { data } = await octokit.rest.repos.getCommit({ ...place, ref: name, per_page: 1 })
    return commitOf(data)
  })

/** Null for what is not there, for us: GitHub says 404, 403 without the permission, 422 of no commit. */
async function unlessRefused<Answer>(
  { clock }: Asking,
  doing: string,
  ask: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await ask()
  } catch (error) {
    const failure = failureOf(error, clock.now())
    if (failure.kind === 'refused' && [403, 404, 422].includes(failure.status)) return null
    throw unavailable(error, doing, clock.now())
  }
}

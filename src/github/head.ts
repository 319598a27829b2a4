import type { Commit, Repository } from '../model/trigger.ts'
import { GitHubUnavailable } from '../ports/github.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'
import { at, sha, text } from './webhooks/payload.ts'
import { parted } from './webhooks/skip.ts'

/**
 * The commit that a branch is at now. Null when the repository is there and has no such branch, also
 * when it was renamed; a repository that we cannot see is `GitHubUnavailable` instead, since that may
 * pass.
 */
export async function head(
  asking: Asking,
  repository: Repository,
  branch: string,
): Promise<Commit | null> {
  const doing = `cannot look up branch ${branch} of ${repository.owner}/${repository.name}`
  const now = () => asking.clock.now()
  try {
    return await tipOf(asking, repository, branch)
  } catch (error) {
    const failure = failureOf(error, now())
    if (failure.kind !== 'refused' || failure.status !== 404) throw unavailable(error, doing, now())
    return await missing(asking, repository).catch((why: unknown) => {
      throw unavailable(why, doing, now())
    })
  }
}

/** GitHub answers for the old name of a renamed branch with the new one. */
async function tipOf(
  { probot }: Asking,
  { owner, name: repo, installationId }: Repository,
  branch: string,
): Promise<Commit | null> {
  const octokit = await probot.auth(installationId)
  const { data } = await octokit.rest.repos.getBranch({ owner, repo, branch })
  return data.name === branch ? commitOf(data.commit) : null
}

export function commitOf(tip: unknown): Commit {
  const name = sha(at(tip, 'sha'))
  if (name === null) throw new GitHubUnavailable('GitHub named no commit')
  const commit = at(tip, 'commit')
  return {
    sha: name,
    ...parted(text(at(commit, 'message')) ?? ''),
    url: text(at(tip, 'html_url')) ?? '',
    authorName: text(at(commit, 'author', 'name')) ?? '',
    authorEmail: text(at(commit, 'author', 'email')) ?? '',
    authorLogin: text(at(tip, 'author', 'login')),
  }
}

/** Null when the repository is there, so that only the branch is missing. */
export async function missing(
  { probot }: Asking,
  { owner, name: repo, installationId }: Repository,
): Promise<null> {
  const octokit = await probot.auth(installationId)
  await octokit.rest.repos.get({ owner, repo })
  return null
}

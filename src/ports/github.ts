import type { CommitSha } from '../model/ids.ts'
import type { Commit, Person, PullRequest, Repository } from '../model/trigger.ts'

/** What the conductor and the workers ask of GitHub. Every call may reject with `GitHubUnavailable`. */
export interface GitHub {
  /**
   * Text of a file at a commit or branch; null when there is none. At most 10 MB. It takes a request when
   * the file is there and two when it is not; for a `rare` one it is the other way round.
   */
  readFile(
    repository: Repository,
    ref: CommitSha | string,
    path: string,
    expected?: { readonly rare: boolean },
  ): Promise<string | null>
  /** Name of the default branch as it is now, whether or not anything was pushed to it. */
  defaultBranch(repository: Repository): Promise<string>
  /** The commit that a branch is at now; null when there is no such branch. */
  head(repository: Repository, branch: string): Promise<Commit | null>
  /** The commit that a tag leads to now; null when there is no such tag. */
  tag(repository: Repository, tag: string): Promise<Commit | null>
  /** Who has this login now; null: nobody. The repository says through which installation to ask. */
  person(repository: Repository, login: string): Promise<Person | null>
  /** The commit of that name; null when there is none. */
  commit(repository: Repository, sha: CommitSha): Promise<Commit | null>
  /** Open pull requests from this branch of the repository; null where the App may not know. */
  openPullRequests(repository: Repository, branch: string): Promise<readonly PullRequest[] | null>
  /** How the pull request is now; null when there is none, or the App may not know. */
  pullRequest(repository: Repository, number: number): Promise<PullRequestNow | null>
  /** Asked at the moment of the click, never cached. */
  permission(repository: Repository, person: Person): Promise<Permission>
  /** Whether the person is a member of the team of the repository's owner; false without such a team. */
  inTeam(repository: Repository, slug: string, person: Person): Promise<boolean>
  /** A URL and a short-lived token that can read this repository only. */
  cloneAccess(repository: Repository): Promise<CloneAccess>
}

export interface PullRequestNow {
  readonly open: boolean
  readonly head: CommitSha
}

export interface Permission {
  /** `maintain` counts as `write`, `triage` as `read`, as GitHub folds them. */
  readonly level: 'admin' | 'write' | 'read' | 'none'
  /** GitHub's name of the role, for people. */
  readonly role: string
}

export interface CloneAccess {
  /** https URL without credentials. */
  readonly url: string
  readonly token: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** GitHub did not answer, or refused for a reason that may pass. Try again later. */
export class GitHubUnavailable extends Error {
  override readonly name = 'GitHubUnavailable'
  /** As long as GitHub said, in milliseconds; null when it said nothing. */
  readonly retryAfterMs: number | null
  constructor(message: string, retryAfterMs: number | null = null, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterMs = retryAfterMs
  }
}

/** The App cannot reach the repository any more, and it would take a person to change that. */
export class NoAccess extends GitHubUnavailable {}

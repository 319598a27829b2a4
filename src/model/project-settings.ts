/**
 * What a repository says about how Sluice treats it, in `.circleci/sluice.yml` of its default branch. It is
 * never read from any other commit: who could change it there could let himself in.
 */
export interface ProjectSettings {
  readonly approvals: ApprovalPolicies
  /** Null: as the server's setting says. */
  readonly forks: ForkPolicy | null
  readonly autoCancel: AutoCancel
  /** Pipelines only for the default branch, tags, and branches that have a pull request. */
  readonly onlyBuildPullRequests: boolean
  /** Actions of pull requests of this repository that start a pipeline of their own, e.g. `labeled`. */
  readonly pullRequestActions: readonly PullRequestAction[]
}

/** `hold`: a writer has to let each push of a stranger begin. */
export type ForkPolicy = 'hold' | 'never' | 'always'

/** Which older pipelines of the same branch a new one cancels; never those of the default branch unless named. */
export type AutoCancel = 'never' | 'off-default-branch' | 'every-branch'

export type PullRequestAction =
  | 'opened'
  | 'synchronize'
  | 'reopened'
  | 'closed'
  | 'ready_for_review'
  | 'labeled'

/** The first policy whose name fits an approval job counts; otherwise `usual`. */
export interface ApprovalPolicies {
  readonly usual: ApprovalPolicy
  /** By pattern (as branches are matched in filters of globs) of the approval job's name, in order. */
  readonly named: readonly { readonly pattern: string; readonly policy: ApprovalPolicy }[]
}

/** Who may decide about a held approval. */
export interface ApprovalPolicy {
  /** Any one of these lets a person in; with none of them nobody may. */
  readonly allow: {
    /** Null: no role is enough by itself. */
    readonly role: 'write' | 'maintain' | 'admin' | null
    /** Slugs of teams of the repository's owner. */
    readonly teams: readonly string[]
    /** Logins, compared without case. They need at least read access. */
    readonly people: readonly string[]
  }
  /** Whoever made the event that began the pipeline, and the commit's author, may not approve. */
  readonly notAuthor: boolean
  /** So many different people have to approve; one rejection is enough. At least 1. */
  readonly peopleNeeded: number
  /** A held approval is canceled after so many milliseconds; null: it waits for ever. */
  readonly expiresAfterMs: number | null
}

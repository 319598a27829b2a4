import type { CommitSha, PipelineId } from './ids.ts'

/** A repository as GitHub names it. `id` outlives renames and transfers; the names do not. */
export interface Repository {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly defaultBranch: string
  readonly private: boolean
  /** https URL without credentials. */
  readonly cloneUrl: string
  readonly webUrl: string
  /** The App's installation that gives access to it. */
  readonly installationId: number
}

export interface Person {
  readonly id: number
  readonly login: string
  /** GitHub's word: `User`, `Bot`, `Organization`, … */
  readonly type: string
}

export type Ref =
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'tag'; readonly name: string }

export interface Commit {
  readonly sha: CommitSha
  /** First line of the message. */
  readonly subject: string
  /** The message without its first line. */
  readonly body: string
  readonly url: string
  readonly authorName: string
  readonly authorEmail: string
  readonly authorLogin: string | null
}

export type Scalar = string | number | boolean

/** What a config can ask about the event as `pipeline.event.*`. */
export interface EventFacts {
  readonly name: 'push' | 'pull_request' | 'schedule' | 'api'
  /** Equals `name` except for pull requests (`opened`, `synchronize`, …). */
  readonly action: string
  /** Values below `pipeline.event.github.`, keyed by the rest of their name. */
  readonly values: Readonly<Record<string, Scalar>>
  /** The schedule that made the event; without it a schedule is any that the config has. */
  readonly schedule?: ScheduleFacts
}

/** A schedule of a branch, at one of its times. */
export interface ScheduleFacts {
  readonly id: string
  /** The workflows that it starts. */
  readonly name: string
  /** Five fields in UTC, with one space between them. */
  readonly cron: string
  /** When it should have begun, in milliseconds since 1970. */
  readonly dueAt: number
  /** Earlier times that passed without a run, because nobody was there to start it. */
  readonly missed: number
}

/** Why a pipeline begins, and everything about its origin that its config may ask. */
export interface Trigger {
  readonly type: 'push' | 'tag' | 'pull-request' | 'schedule' | 'api' | 'rerun' | 'continuation'
  readonly repository: Repository
  readonly ref: Ref
  readonly commit: Commit
  /** Where the ref stood before; null when it is new or unknown. */
  readonly before: CommitSha | null
  readonly actor: Person
  readonly event: EventFacts
  /** Milliseconds since 1970, when the event reached us. */
  readonly receivedAt: number
  /** When GitHub took the push, by its own clock, in milliseconds since 1970; null: it did not say. */
  readonly pushedAt?: number | null
  /** GitHub's word of the push never came: it was found by comparing heads. */
  readonly recovered?: Recovered
  /** Pipeline parameters that came with the trigger. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Open pull requests of the branch, as far as GitHub was asked; absent: it was not. */
  readonly pullRequests?: readonly PullRequest[]
}

export interface PullRequest {
  readonly number: number
  /** For people. */
  readonly url: string
}

export interface Recovered {
  /** Pipelines of the branch at the commit that were known then: any other means that it did come. */
  readonly known: readonly PipelineId[]
}

/**
 * Whether strangers may have written what runs: a pull request counts as a fork's unless its head is known
 * to be in the repository itself. Also true of re-runs of one.
 */
export const isFromFork = ({ event, repository }: Trigger): boolean =>
  event.name === 'pull_request' && event.values['pull_request.head.repo.id'] !== repository.id

/**
 * What tells the pipeline of an event of a pull request from that of the push to its branch, for people,
 * e.g. `pull request labeled run-ci`. Null for everything else, also for pull requests of forks: nothing
 * but they tell of what a stranger has pushed.
 */
export function pullRequestEventOf(trigger: Trigger): string | null {
  const { name, action, values } = trigger.event
  if (name !== 'pull_request' || isFromFork(trigger)) return null
  const label = values['label.name']
  return ['pull request', action, ...(label === undefined ? [] : [label])].join(' ')
}

/** Branches that GitHub makes for the groups of a merge queue. */
export const isOfMergeQueue = (ref: Ref): boolean =>
  ref.kind === 'branch' && ref.name.startsWith('gh-readonly-queue/')

/** The branch that stands for what a fork's pull request proposes, as CircleCI calls it. */
export const forkBranch = (number: number): string => `pull/${number}`

/** Name of the schedule that began it, also where it was begun again by hand; null: none did. */
export const scheduleOf = ({ event }: Trigger): string | null => event.schedule?.name ?? null

export const branchOf = (ref: Ref): string => (ref.kind === 'branch' ? ref.name : '')
export const tagOf = (ref: Ref): string => (ref.kind === 'tag' ? ref.name : '')

import type { Command } from './command.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { JobId, PipelineId, TaskId } from './ids.ts'
import type { Plan } from './plan.ts'
import type { ApprovalPolicy, ForkPolicy } from './project-settings.ts'
import type { Outcome } from './run.ts'
import type { Person, PullRequest, Scalar, Trigger } from './trigger.ts'

/**
 * Everything that can happen to a pipeline. Events are put in the inbox by GitHub, workers, the
 * dashboard, the command line and the conductor itself; only the conductor takes them out.
 * `at` is milliseconds since 1970: the engine has no clock of its own.
 */
export type Event = { readonly pipelineId: PipelineId; readonly at: number } & Happening

type Happening =
  | { readonly type: 'triggered'; readonly trigger: Trigger }
  /** GitHub tells of a pull request. Whether it starts a pipeline depends on what must be asked first. */
  | { readonly type: 'proposed'; readonly trigger: Trigger }
  | { readonly type: 'admitted'; readonly trigger: Trigger; readonly admission: Admission }
  /** `continuation`: the plan is that of a second config, which a job of the setup workflow brought. */
  | {
      readonly type: 'compiled'
      readonly plan: Plan
      readonly continuation: boolean
      readonly around?: Around
    }
  | {
      readonly type: 'rejected'
      readonly diagnostics: readonly Diagnostic[]
      readonly continuation: boolean
      readonly around?: Around
    }
  /** The repository builds branches with a pull request only, and this one has none. */
  | { readonly type: 'declined'; readonly because: string }
  /** The pipeline's branch has got a pull request. */
  | { readonly type: 'pull-request-opened'; readonly pullRequests: readonly PullRequest[] }
  | Redundant
  /** No config at the commit. `expected`: the default branch has one. */
  | { readonly type: 'config-missing'; readonly path: string; readonly expected: boolean }
  /** GitHub did not give us the config for so long that we gave up. */
  | { readonly type: 'config-unavailable'; readonly because: string }
  | Continued
  | TaskEvent
  | ActionRequested
  | CommandWritten
  | NoNewRun
  | { readonly type: 'rerun-due' }
  | SerialEvent
  | ContextsAnswered
  | PermissionAnswered
  | PolicyRead
  | ApprovalExpired
  | AccessLost

/** The App cannot write to the repository any more; `because` ends a sentence that begins with "the App". */
export interface AccessLost {
  readonly type: 'access-lost'
  readonly because: string
}

/** What was found out about an event of a pull request, at the time it was asked. */
export interface Admission {
  readonly forks: ForkPolicy
  /** What the repository says about events of this action: a pipeline of their own. */
  readonly wanted: boolean
  /** The repository builds branches with a pull request only, and this opens one. */
  readonly opensBranch: boolean
}

/** What was found out about a branch while its config was read. */
export interface Around {
  /** Of its open ones. */
  readonly pullRequests: readonly PullRequest[]
  /** Whether this pipeline makes older ones of its branch redundant. */
  readonly cancelsOlder: boolean
  readonly onlyBuildPullRequests: boolean
}

/** Nobody needs the result of this pipeline any more. */
export interface Redundant {
  readonly type: 'redundant'
  /** What made it so; follows "canceled by". */
  readonly by: string
  /** `held`: only a pipeline that nobody has let begin. */
  readonly which: 'held' | 'first-runs' | 'all'
}

/** A job of the setup workflow, or whom it gave its key, continues the pipeline or closes it. */
export interface Continued {
  readonly type: 'continued'
  /** Names the request: the same one again is no second one. */
  readonly by: string
  /** Null: no other config; the setup workflow was all. */
  readonly config: ContinuationConfig | null
}

/** The config that continues a pipeline, with the values that it is given. */
export interface ContinuationConfig {
  /** What to call it in diagnostics; null: it is in no file that anybody knows. */
  readonly file: string | null
  readonly text: string
  readonly parameters: Readonly<Record<string, Scalar>>
}

/** About a job that waits for its serial group: its turn has come, never comes, or was waited for too long. */
export interface SerialEvent {
  readonly type: 'serial-granted' | 'serial-passed' | 'serial-timeout'
  readonly jobId: JobId
}

export interface TaskEvent {
  readonly type: 'task-started' | 'task-finished'
  readonly jobId: JobId
  readonly taskId: TaskId
  /** Name of the worker, for people. */
  readonly worker: string
  /** Null on `task-started`. A worker that vanished is `lost`. */
  readonly outcome: Outcome | null
}

/** What a person can ask for with a button, GitHub's re-run, the dashboard or a command. */
export type Action =
  | 'approve'
  | 'reject'
  | 'cancel'
  | 'rerun-job'
  | 'rerun-failed'
  | 'rerun-all'
  | 'rerun-suite'
  | 'new-run'

export interface ActionRequested {
  readonly type: 'action-requested'
  readonly action: Action
  /** Null: the pipeline as a whole, from the `sluice` check. */
  readonly jobId: JobId | null
  /** False when a newer check has taken the place of the one that was clicked. */
  readonly current: boolean
  readonly by: Person
  /** Only of this workflow, by its name; absent: of all. */
  readonly workflow?: string
  /** Only of the job itself, without what depends on it. */
  readonly alone?: true
  /** By a token that whoever runs the server made for this: nobody is asked. Never for approvals. */
  readonly granted?: true
}

/** Why the new run that somebody asked for could not begin, as the end of a sentence. */
export interface NoNewRun {
  readonly type: 'no-new-run'
  readonly by: Person
  readonly because: string
}

/** Somebody wrote a command below a pull request whose head is the pipeline's commit. */
export interface CommandWritten {
  readonly type: 'command-written'
  readonly command: Command
  readonly by: Person
  /** Milliseconds since 1970, by GitHub's clock. */
  readonly writtenAt: number
  /** False where another pipeline of the commit says it when no job is meant. */
  readonly answers: boolean
}

export interface PermissionAnswered {
  readonly type: 'permission-answered'
  readonly request: PermissionRequest
  readonly allowed: boolean
  /** One sentence for people, e.g. `ann has read access; write is needed`. */
  readonly because: string
  /** What was found out about a held approval, where the question was about one. */
  readonly approval?: ApprovalAnswer
}

export interface ApprovalAnswer {
  /** The one that holds now; null: it could not be read. */
  readonly policy: ApprovalPolicy | null
  /** One sentence: why nobody may decide now; null: nothing stands in the way. */
  readonly obstacle: string | null
  /** Ids of people who approved before and may not any more. */
  readonly lapsed: readonly number[]
}

/** Who may decide about an approval that is held, for its check. */
export interface PolicyRead extends Pick<ApprovalAnswer, 'policy' | 'obstacle'> {
  readonly type: 'approval-policy-read'
  readonly jobId: JobId
}

/** The time that a policy gave may be over. */
export interface ApprovalExpired {
  readonly type: 'approval-expired'
  readonly jobId: JobId
}

/** Whether a job that is ready may have the contexts that it names. */
export interface ContextsAnswered {
  readonly type: 'contexts-answered'
  readonly jobId: JobId
  /** One sentence for people; null: it may. */
  readonly refusal: string | null
}

/** A question to GitHub about a person, with what to do on a yes. */
export interface PermissionRequest {
  readonly person: Person
  readonly action: Action
  readonly jobId: JobId | null
  /** Only of this workflow, by its name; absent: of all. */
  readonly workflow?: string
}

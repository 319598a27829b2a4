import type { Diagnostic } from './diagnostic.ts'
import type { JobId, PipelineId, TaskId, WorkflowId, WorkspaceId } from './ids.ts'
import type { NotSelected, PlannedJob } from './plan.ts'
import type { ApprovalPolicy } from './project-settings.ts'
import type { EndStatus, JobStatus } from './status.ts'
import { isEnd } from './status.ts'
import type { Person, Repository, Trigger } from './trigger.ts'

export * from './status.ts'

export type WorkflowStatus =
  | 'running'
  | 'failing'
  | 'on_hold'
  | 'success'
  | 'failed'
  | 'canceled'
  | 'unauthorized'

/** A repository that Sluice has seen, and what it must remember about it. */
export interface Project {
  readonly repository: Repository
  /** Number of the newest pipeline; 0 before the first. */
  readonly lastNumber: number
  /** Whether a config was ever found: decides if a push is reported before its config is fetched. */
  readonly usesSluice: boolean
  /** Whether branches without a pull request were last said to be left alone; absent: no. */
  readonly onlyBuildPullRequests?: boolean
}

export interface PipelineBase {
  readonly id: PipelineId
  /** Counts a project's pipelines from 1. */
  readonly number: number
  readonly trigger: Trigger
  /** Ends the name of every check of this pipeline: empty, or ` (tag v1)`, ` (other-branch)`. */
  readonly label: string
  readonly createdAt: number
  /** Re-runs asked for and not yet begun; null when nobody waits for one. */
  readonly pendingRerun: PendingRerun | null
  /** What people should read on the check about their last clicks, newest last. */
  readonly notices: readonly string[]
  /** Not null: its config had `setup: true`, and this is how far its continuation is. */
  readonly continuation: Continuation | null
}

/** A setup config lets one of its jobs bring the config that says what else the pipeline runs; once. */
export type Continuation =
  /** Nobody has yet. `taken`: see `Setup`. */
  | { readonly stage: 'open'; readonly taken: readonly string[] }
  /** Its config is being compiled. `by` names the one request that counts. */
  | { readonly stage: 'compiling'; readonly by: string }
  | { readonly stage: 'continued'; readonly by: string }
  /** Closed without another config; nothing can continue it any more. */
  | { readonly stage: 'finished'; readonly by: string }

export type PipelineRun = PipelineBase & PipelineState

export type PipelineState =
  | { readonly state: 'pending' }
  /** A stranger's: begins when somebody with write access lets it. Nothing of it was read. */
  | { readonly state: 'held'; readonly because: string }
  /** It was not let begin, or given up before its config was read. */
  | { readonly state: 'canceled'; readonly because: string }
  /** Compiled; its workflows hold the rest. */
  | {
      readonly state: 'created'
      readonly notSelected: readonly NotSelected[]
      readonly diagnostics: readonly Diagnostic[]
    }
  /**
   * The config is wrong or missing, or we could not get or read it. It never had a workflow, but for
   * those of a setup config whose continuation went wrong.
   */
  | {
      readonly state: 'errored'
      readonly because: string
      readonly diagnostics: readonly Diagnostic[]
    }
  /**
   * No config here nor on the default branch: this repository does not use Sluice. Or (`awaits`) its
   * branch is built once it has a pull request.
   */
  | {
      readonly state: 'ignored'
      readonly because: string
      readonly awaits?: 'pull-request'
    }

/** Requests of two seconds, taken together; see `engine/rerun.ts`. */
export interface PendingRerun {
  readonly requests: readonly RerunRequest[]
}

export interface RerunRequest {
  /** `suite` means: from failed if anything failed, else everything. */
  readonly what: 'failed' | 'all' | 'suite' | 'job'
  /** Only for `job`. */
  readonly jobId: JobId | null
  readonly by: Person
  /** Only of this workflow, by its name; absent: of all. */
  readonly workflow?: string
  /** Only the job itself, without what depends on it. */
  readonly alone?: true
  /** The re-run begins when every request is allowed or refused. */
  readonly permission: 'unasked' | 'asked' | 'allowed'
}

export interface WorkflowRun {
  readonly id: WorkflowId
  readonly pipelineId: PipelineId
  /** Unique among the workflows of its pipeline that are not superseded. */
  readonly name: string
  /** Of a setup config: its jobs may continue the pipeline. */
  readonly setup: boolean
  /** 1 for the first run, one more for each re-run. */
  readonly attempt: number
  /** So many failures may still be followed by a re-run without anybody asking; absent: none. */
  readonly autoReruns?: number
  /** Kept over re-runs, so that they see what earlier runs persisted. */
  readonly workspaceId: WorkspaceId
  readonly status: WorkflowStatus
  /** Jobs by status: enough to tell `status` without looking at them. */
  readonly counts: Readonly<Record<JobStatus, number>>
  readonly because: string
  readonly notSelected: readonly NotSelected[]
  /** Serial groups that a lock of this workflow took and no unlock has given back; absent: none. */
  readonly locks?: readonly HeldLock[] | undefined
  /** Who canceled it as a whole; then nothing new starts in it. */
  readonly canceledBy: string | null
  /** The run that took its place; nothing in this one changes any more. */
  readonly supersededBy: WorkflowId | null
  readonly createdAt: number
  readonly endedAt: number | null
}

/** A turn in a serial group that outlives the job which took it. */
export interface HeldLock {
  readonly group: string
  readonly jobId: JobId
}

export interface JobBase {
  readonly id: JobId
  readonly pipelineId: PipelineId
  /** Changes when a re-run of the workflow takes the unfinished job along. */
  readonly workflowId: WorkflowId
  readonly workflowName: string
  /** Place in the workflow's document order, from 0. */
  readonly position: number
  readonly planned: PlannedJob
  /** Runs of this job over all re-runs of its workflow, from 1. */
  readonly attempt: number
  /** Requirements that have not ended yet. */
  readonly waitsFor: number
  /** Whether it waits for its serial group or has the turn; absent: neither. */
  readonly serial?: 'waiting' | 'held' | undefined
  /** One for each of `parallelism`. */
  readonly tasks: readonly TaskRun[]
  /** The job whose workspace layers this one stands for: itself, or the one it was carried over from. */
  readonly layersOf: JobId
  /** With whose rights it uses contexts; null: of whoever triggered the pipeline. */
  readonly authority: Authority | null
  /** What people should read on its check about their last clicks or lost workers, newest last. */
  readonly notices: readonly string[]
}

export interface Authority {
  readonly person: Person
  /** An approval counts for all that waited for it, a re-run for the jobs that it runs again. */
  readonly by: 'approval' | 'rerun'
}

/** A job in a workflow run. What is known depends on the status. */
export type JobRun = JobBase & JobState

export type JobState =
  | { readonly status: 'blocked' }
  | { readonly status: 'queued'; readonly queuedAt: number; readonly cancel: Cancel | null }
  | {
      readonly status: 'running'
      readonly queuedAt: number
      readonly startedAt: number
      readonly cancel: Cancel | null
    }
  | { readonly status: 'on_hold'; readonly heldAt: number; readonly hold?: Hold }
  | EndedJob

/** How far a held approval is. */
export interface Hold {
  /** Who may decide, as the settings said when they were read last; null: not known yet. */
  readonly policy: ApprovalPolicy | null
  /** One sentence: why nobody may decide now; null: nothing stands in the way. */
  readonly obstacle: string | null
  /** Who has approved so far; more people are needed. */
  readonly approvals: readonly Decision[]
  /** When it is canceled, in ms since 1970; null: never. */
  readonly expiresAt: number | null
}

/** A person approved or rejected at that time (ms since 1970). */
export interface Decision {
  readonly person: Person
  readonly at: number
}

export interface EndedJob {
  readonly status: EndStatus
  readonly startedAt: number | null
  readonly endedAt: number
  /** One sentence: the failed step and its exit code, who approved, what it waited for in vain. */
  readonly because: string
  /** True when an earlier run of the workflow did the work and this run only took it over. */
  readonly carried: boolean
  /** Of an approval: everybody who approved it, or who rejected it; absent where no person decided. */
  readonly decisions?: readonly Decision[]
}

export interface Cancel {
  readonly by: string
  readonly at: number
}

export type TaskRun = {
  readonly id: TaskId
  /** From 0; `CIRCLE_NODE_INDEX`. */
  readonly index: number
  /** How many of its predecessors were lost with their worker. */
  readonly losses: number
} & (
  | { readonly status: 'queued' }
  | { readonly status: 'running'; readonly worker: string }
  | { readonly status: 'ended'; readonly outcome: Outcome }
)

/** How a task ended. Only `failed` is the user's; `lost` is ours and never shows an exit code. */
export type Outcome =
  | { readonly kind: 'success' }
  | {
      readonly kind: 'failed'
      readonly because: string
      readonly step: string | null
      readonly exitCode: number | null
    }
  | { readonly kind: 'canceled'; readonly because: string }
  | { readonly kind: 'lost'; readonly because: string }

/** `to` may start only when `from` has ended in one of `statuses`. */
export interface Edge {
  readonly from: JobId
  readonly to: JobId
  readonly statuses: readonly EndStatus[]
}

export const isEnded = (job: JobRun): job is JobBase & EndedJob => isEnd(job.status)

import type { ContinuationConfig, Event, PermissionRequest } from './event.ts'
import type { CommitSha, JobId, PipelineId, TaskId, WorkflowId } from './ids.ts'
import type { Person, Ref, Repository, Scalar, Trigger } from './trigger.ts'

/** Everything the engine may ask of the world. Each handler may be repeated safely. */
export type Effect =
  /**
   * Fetch the config at the pipeline's commit, or take the one that continues it, compile it, put
   * `compiled` or `rejected`.
   */
  | {
      readonly type: 'compile'
      readonly pipelineId: PipelineId
      readonly number: number
      readonly trigger: Trigger
      /** `taken`: parameters that it must not give, see `Setup`. */
      readonly continuation: (ContinuationConfig & { readonly taken: readonly string[] }) | null
    }
  /** Find out what `proposed` needs to know, and put `admitted`, or nothing where nothing can come of it. */
  | { readonly type: 'admit'; readonly pipelineId: PipelineId; readonly trigger: Trigger }
  /** Put `redundant` for the pipelines before `number` of the branch at other commits, once for each. */
  | {
      readonly type: 'cancel-older'
      readonly repositoryId: number
      readonly branch: string
      readonly number: number
      readonly sha: CommitSha
      readonly at: number
      readonly by: string
      readonly which: 'held' | 'first-runs'
    }
  /** Ask GitHub now, put `permission-answered`. */
  | {
      readonly type: 'ask-permission'
      readonly pipelineId: PipelineId
      readonly repository: Repository
      readonly request: PermissionRequest
      /** Only to approve or reject. */
      readonly approval?: ApprovalQuestion
    }
  /** Read who may decide about a job that is held, put `approval-policy-read`. */
  | {
      readonly type: 'read-approval-policy'
      readonly pipelineId: PipelineId
      readonly repository: Repository
      readonly jobId: JobId
      /** Its name, which chooses the policy. */
      readonly job: string
    }
  /** Look whether this person may use these contexts, put `contexts-answered`. */
  | {
      readonly type: 'ask-contexts'
      readonly pipelineId: PipelineId
      readonly repository: Repository
      readonly jobId: JobId
      readonly contexts: readonly string[]
      readonly person: Person
    }
  /** Look where the ref is now and begin a pipeline there, put `triggered`; or `no-new-run` for this one. */
  | {
      readonly type: 'start-on-demand'
      readonly pipelineId: PipelineId
      readonly fresh: PipelineId
      readonly repository: Repository
      readonly ref: Ref
      readonly person: Person
      readonly parameters: Readonly<Record<string, Scalar>>
    }
  | { readonly type: 'queue-task'; readonly task: QueuedTask }
  /** Unclaimed: ends at once as canceled. Claimed: its worker stops it and reports. */
  | { readonly type: 'cancel-task'; readonly taskId: TaskId; readonly because: string }
  /** What GitHub should show of this subject has changed. */
  | { readonly type: 'report'; readonly subject: CheckSubject; readonly urgency: Urgency }
  /** A job comes to its serial group; puts `serial-granted` when it is its turn, or `serial-passed`. */
  | {
      readonly type: 'serial-enter'
      /** The group with its owner, who shares it among repositories. */
      readonly scope: string
      readonly repositoryId: number
      readonly number: number
      readonly jobId: JobId
      readonly pipelineId: PipelineId
    }
  /** A job has ended, or waits no more: the next one of the group may begin. */
  | { readonly type: 'serial-leave'; readonly scope: string; readonly jobId: JobId }
  /** From now on these are the schedules of the branch, and no others. */
  | { readonly type: 'register-schedules'; readonly registration: ScheduleRegistration }
  /** Put `event` in the inbox, due at `at` (ms since 1970). */
  | { readonly type: 'later'; readonly event: Event; readonly at: number }

/** What else has to be known of a held approval to tell whether somebody may decide about it. */
export interface ApprovalQuestion {
  /** Its name, which chooses the policy; null: the pipeline as a whole, for which the usual one counts. */
  readonly job: string | null
  /** Whoever approves must be allowed to use these. */
  readonly contexts: readonly string[]
  /** Whether the person is an author of what the pipeline runs. */
  readonly author: boolean
  /** Who approved before: each must still be allowed to. */
  readonly earlier: readonly { readonly person: Person; readonly author: boolean }[]
}

/** What a config at the head of a branch says about schedules. */
export interface ScheduleRegistration {
  readonly repositoryId: number
  readonly branch: string
  /** When that head was seen, in ms since 1970: an older registration changes nothing any more. */
  readonly asOf: number
  readonly schedules: readonly {
    /** No two are the same. */
    readonly cron: string
    /** The workflows that it starts. */
    readonly name: string
  }[]
}

export interface QueuedTask {
  readonly taskId: TaskId
  readonly jobId: JobId
  readonly workflowId: WorkflowId
  readonly pipelineId: PipelineId
  readonly index: number
  readonly total: number
}

/** What a check stands for. */
export type CheckSubject =
  | { readonly kind: 'job'; readonly jobId: JobId; readonly pipelineId: PipelineId }
  /** The `sluice` check: of a commit for its branches, of its own for each tag. */
  | { readonly kind: 'pipeline'; readonly pipelineId: PipelineId }

/** What is red and approvals (`alarm`) go first, then what has ended, queued rows last. */
export type Urgency = 'alarm' | 'conclusion' | 'progress' | 'queued'

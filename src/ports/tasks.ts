import type { JobId, PipelineId, TaskId, WorkerId, WorkflowId, WorkspaceId } from '../model/ids.ts'
import type { JobBody } from '../model/plan.ts'
import type { Outcome } from '../model/run.ts'
import type { StepWhen } from '../model/step.ts'
import type { Trigger } from '../model/trigger.ts'

/** A task in a worker's hands. Every write about it carries `claim`; an old number is refused. */
export interface ClaimedTask {
  readonly taskId: TaskId
  /** Fencing number: grows with every claim and adoption. Not the job's attempt. */
  readonly claim: number
  readonly jobId: JobId
  readonly workflowId: WorkflowId
  readonly pipelineId: PipelineId
  readonly workspaceId: WorkspaceId
  readonly pipelineNumber: number
  readonly workflowName: string
  readonly jobName: string
  /** Runs of the job over all re-runs of its workflow, from 1. */
  readonly attempt: number
  readonly body: JobBody
  /** In the order in which the job names them. */
  readonly contexts: readonly string[]
  readonly index: number
  readonly total: number
  readonly trigger: Trigger
  /** Of a setup workflow: its jobs may continue the pipeline. */
  readonly setup: boolean
  /** True when an earlier process of this worker had begun it: attach before anything else. */
  readonly adopted: boolean
  readonly canceled: boolean
}

/**
 * The queue. Order of calls: `register`, then `adopt`, then `claim`, `renew` and `finish` in any order,
 * at last `leave`. All times are the database's.
 */
export interface Tasks {
  /**
   * Takes a lease of 9 s for this identity. The caller must hold the identity exclusively (see
   * `identity`). Repeating it renews.
   */
  register(worker: {
    readonly id: WorkerId
    readonly name: string
    /** What people must know about where it runs jobs. */
    readonly notice?: string
  }): Promise<void>
  /**
   * Picks an identity that no living process holds out of `known`, or `fresh` when all are held, and
   * holds it until `leave` or the end of this process (a session lock of the database).
   */
  identity(known: readonly WorkerId[], fresh: WorkerId): Promise<WorkerId>
  /** All tasks that this identity had claimed and not finished, with a new claim number each. */
  adopt(id: WorkerId): Promise<readonly ClaimedTask[]>
  /** Up to `limit` queued tasks, oldest first; skips what others hold. Puts `task-started` for each. */
  claim(id: WorkerId, limit: number): Promise<readonly ClaimedTask[]>
  /**
   * Every 3 s. False: the lease was lost, all local work must stop and nothing may be written. A lease
   * that ran out is only lost when the sweep has taken it away; until then this renews it.
   */
  renew(id: WorkerId): Promise<boolean>
  /** Which of this worker's tasks were canceled. */
  canceled(id: WorkerId): Promise<readonly TaskId[]>
  /**
   * Ends the task and puts `task-finished` in one transaction. False when the claim is old: the
   * outcome was not recorded. Repeating it with the same claim is true and changes nothing.
   */
  finish(id: WorkerId, task: { taskId: TaskId; claim: number }, outcome: Outcome): Promise<boolean>
  /** Which of these tasks have not ended, whoever has them. */
  unfinished(ids: readonly TaskId[]): Promise<readonly TaskId[]>
  /** Gives back the lease; tasks that are still claimed stay so for `adopt`, until the lease would have ended. */
  leave(id: WorkerId): Promise<void>
  /**
   * The sweep, each second in any process: tasks of workers whose lease ran out end as `lost` with
   * their cause. Returns how many. A sweep that has just begun, or that could not look for some
   * seconds, first gives everybody 9 s to renew: after an outage of the database all leases are old.
   */
  reap(): Promise<number>
}

export type StepState =
  | { readonly status: 'running'; readonly startedAt: number }
  | {
      readonly status: 'success' | 'failed' | 'canceled'
      readonly startedAt: number
      readonly endedAt: number
      readonly exitCode: number | null
      /** What to add to the log for people, e.g. `Too long with no output (exceeded 10m0s)`; null: nothing. */
      readonly message: string | null
    }
  | { readonly status: 'skipped' }

/** One line of a job page: a step of a task and how it went. */
export interface StepRecord {
  readonly taskId: TaskId
  /** Place in the task, from 0; pseudo-steps such as `Spin up environment` count too. */
  readonly index: number
  readonly name: string
  readonly type: string
  readonly when: StepWhen
  readonly state: StepState
}

/** A worker's notes about its steps; refused (false) when the claim is old. */
export interface Steps {
  record(claim: number, step: StepRecord): Promise<boolean>
  /** All steps of a task, in order: also how a restarted worker learns how far it got. */
  of(taskId: TaskId): Promise<readonly StepRecord[]>
}

import type { CheckSubject, Urgency } from '../model/effect.ts'
import type { JobId, PipelineId, WorkflowId } from '../model/ids.ts'
import type { PlannedJob } from '../model/plan.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../model/run.ts'
import type { ArtifactList } from './artifacts.ts'
import type { TestSummary } from './test-results.ts'

/** One row a check: which version of its subject is wanted, which was sent. */
export interface CheckRow {
  /** Names the row: the job, or the commit (and tag or schedule) of a `sluice` check. */
  readonly key: string
  readonly subject: CheckSubject
  readonly installationId: number
  readonly repository: { readonly id: number; readonly owner: string; readonly name: string }
  readonly sha: string
  readonly wanted: number
  /** The run on GitHub that stands for this row now; null before the first create. */
  readonly current: CheckRunOnGitHub | null
  /** Runs of this row before `current`. */
  readonly sequence: number
  /** A create that was begun and whose answer was not seen: look for it before creating again. */
  readonly unanswered: string | null
}

export interface CheckRunOnGitHub {
  readonly githubId: number
  readonly externalId: string
  readonly completed: boolean
  /** Digest of what was last sent, so that an equal state is not sent again. */
  readonly digest: string
}

/** The least urgent checks that may be sent now; null: none. */
export interface Room {
  /** Of those that need a new run on GitHub. */
  readonly create: Urgency | null
  readonly update: Urgency | null
}

/** Rows that GitHub must hear about. A publisher per installation moves GitHub towards them. */
export interface Checks {
  /** Installations with rows to send, whose pause is over. */
  due(): Promise<readonly number[]>
  /**
   * Leases the most urgent due row of the installation for 60 s, so that at most one request about a
   * check is under way in any process. Null when none is due that is urgent enough for `room`.
   */
  lease(installationId: number, room: Room): Promise<CheckRow | null>
  /** Remembers the external id of a create that is about to be sent. */
  creating(key: string, externalId: string): Promise<void>
  /** `wanted` is the version that was rendered: newer wishes stay dirty. Ends the lease. */
  sent(key: string, wanted: number, current: CheckRunOnGitHub): Promise<void>
  /** Nothing had to be sent. Ends the lease. */
  unchanged(key: string, wanted: number): Promise<void>
  /** Remembers that the row's check speaks for others which cannot be made yet. */
  fold(key: string): Promise<void>
  /**
   * Makes the rows of the installation due again that speak for others, where all of those are made
   * now. True when there were any.
   */
  unfold(installationId: number): Promise<boolean>
  /** Due again after `retryInMs`. Ends the lease. */
  failed(key: string, error: string, retryInMs: number): Promise<void>
  /** GitHub asked the whole installation to wait. */
  pause(installationId: number, ms: number): Promise<void>
  /** Milliseconds that the installation has still to wait, whichever process was told; 0: none. */
  paused(installationId: number): Promise<number>
  /** When creates of the last `ms` were sent, in milliseconds since 1970, oldest first. */
  createdSince(installationId: number, ms: number): Promise<readonly number[]>
  /** What the row's check should say, read now. Null when the subject is gone. */
  facts(row: CheckRow): Promise<CheckFacts | null>
  /** The row whose current or earlier run has this external id. */
  byExternalId(externalId: string): Promise<{ row: CheckRow; current: boolean } | null>
  /** Rows whose run on GitHub is not completed, for the reconciler. */
  open(): Promise<readonly CheckRow[]>
  /** Makes rows dirty again, e.g. to renew what GitHub would call stale. */
  touch(keys: readonly string[]): Promise<void>
}

/** Everything that a check's text is made from. */
export type CheckFacts = JobFacts | PipelineFacts

export interface JobFacts {
  readonly kind: 'job'
  readonly pipeline: PipelineRun
  readonly workflow: WorkflowRun
  readonly job: JobRun
  /** Another job does its work anew: a check of this one that comes late would stand for that one. */
  readonly runsAgain?: boolean
  /** Names of what the job requires and has not ended. */
  readonly waitingFor: readonly string[]
  /** Jobs that start when this one succeeds, directly, and the contexts that they name. */
  readonly unlocks: readonly Pick<PlannedJob, 'name' | 'contexts'>[]
  /** Tasks of the queue that come before its first one; absent: it is not queued. */
  readonly ahead?: number
  /** Absent: no step failed. */
  readonly failedStep?: FailedStep
  /** What a re-run would do, were it asked for now; absent: nothing failed. */
  readonly rerun?: RerunFacts
  /** Last bytes of the failed step's log, as text; null when nothing failed. */
  readonly logTail: string | null
  /** Null: the job stored no results of tests. */
  readonly tests: TestSummary | null
  /** The first few. */
  readonly artifacts: ArtifactList
}

export interface FailedStep {
  readonly name: string
  /** Null: it is none that runs a command. */
  readonly command: string | null
}

/** Names of jobs, the first few of each. */
export interface RerunFacts {
  /** What depends on this job, directly or not. */
  readonly dependents: NameList
  /** What has ended in this workflow and not well. */
  readonly again: NameList
  /** What has succeeded in it. */
  readonly kept: NameList
}

export interface NameList {
  readonly names: readonly string[]
  readonly total: number
}

export interface PipelineFacts {
  readonly kind: 'pipeline'
  /** The newest pipeline of each branch at the commit (or of the tag), newest first. */
  readonly pipelines: readonly {
    readonly pipeline: PipelineRun
    readonly workflows: readonly {
      readonly workflow: WorkflowRun
      readonly jobs: readonly JobRun[]
    }[]
  }[]
  /** Of the newest pipeline with a failed job, the first such job; absent: no step has failed. */
  readonly firstFailure?: FirstFailure
  /** Jobs of the commit that should have a check by now and have none. */
  readonly unsent?: number
}

export interface FirstFailure {
  readonly job: JobRun
  /** Name of its step that failed. */
  readonly step: string
  /** Last bytes of that step's log, as text. */
  readonly logTail: string
}

/** The parts of an external id: `pipeline/workflow/job/sequence`, or `pipeline/sluice/sequence`. */
export interface ExternalId {
  readonly pipelineId: PipelineId
  readonly workflowId: WorkflowId | null
  readonly jobId: JobId | null
  readonly sequence: number
}

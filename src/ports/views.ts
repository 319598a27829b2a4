import type { JobId, PipelineId } from '../model/ids.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../model/run.ts'
import type { StepRecord } from './tasks.ts'

/** What pages, the API and `/readyz` read. Nothing here locks or changes anything. */
export interface Views {
  /** Newest first. `before`: only pipelines created before that time (ms since 1970). */
  pipelines(page: {
    readonly limit: number
    readonly before?: number
  }): Promise<readonly PipelineSummary[]>
  pipeline(id: PipelineId): Promise<PipelineDetail | null>
  job(id: JobId): Promise<JobDetail | null>
  /** Rejects when the database does not answer. */
  ping(): Promise<void>
  /** Workers whose lease is valid. */
  workers(): Promise<readonly { readonly name: string; readonly tasks: number }[]>
  /** What people must know about where those of them run jobs; each text once. */
  notices(): Promise<readonly string[]>
}

export interface PipelineSummary {
  readonly pipeline: PipelineRun
  /** Every run, superseded ones too, oldest first. */
  readonly workflows: readonly WorkflowRun[]
}

export interface PipelineDetail {
  readonly pipeline: PipelineRun
  readonly workflows: readonly {
    readonly workflow: WorkflowRun
    readonly jobs: readonly JobRun[]
  }[]
}

export interface JobDetail {
  readonly pipeline: PipelineRun
  readonly workflow: WorkflowRun
  readonly job: JobRun
  /** One list a task, in order of its index. */
  readonly tasks: readonly { readonly index: number; readonly steps: readonly StepRecord[] }[]
}

import type { JobType, PlannedJob } from '../model/plan.ts'
import type { JobStatus } from '../model/status.ts'

/** A planned workflow is one; statuses make it a picture of a run. */
export interface GraphWorkflow {
  readonly name: string
  /** Without cycles; their names are unique. */
  readonly jobs: readonly GraphJob[]
}

export interface GraphJob extends Pick<PlannedJob, 'name' | 'requires' | 'parallelism' | 'matrix'> {
  /** `orb`: a job of an orb that was not fetched. */
  readonly type: JobType | 'orb'
  /** Absent: the static graph, in which nothing has run. */
  readonly status?: JobStatus
}

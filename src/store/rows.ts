import type { JobId } from '../model/ids.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../model/run.ts'
import type { Queries } from './database.ts'

/** A job as it is stored: what changes, and what was planned once. */
export interface JobRow {
  readonly doc: JobRun
  readonly planned: JobRun['planned']
}

export const jobOf = ({ doc, planned }: JobRow): JobRun => ({ ...doc, planned })

export interface JobInPlace {
  readonly pipeline: PipelineRun
  readonly workflow: WorkflowRun
  readonly job: JobRun
}

/** A job with what it belongs to. */
export async function readJob(queries: Queries, id: JobId): Promise<JobInPlace | null> {
  const [row] = await queries.rows<JobRow & Omit<JobInPlace, 'job'>>(jobInPlace, [id])
  return row ? { pipeline: row.pipeline, workflow: row.workflow, job: jobOf(row) } : null
}

const jobInPlace = {
  name: 'job-in-place',
  text: `
    select job.doc, planned, workflow.doc as workflow, pipeline.doc as pipeline
      from job
      join workflow on workflow.id = job.workflow_id
      join pipeline on pipeline.id = job.pipeline_id
     where job.id = $1`,
}

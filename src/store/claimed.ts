import type { JobId, PipelineId, TaskId, WorkflowId } from '../model/ids.ts'
import type { PlannedJob } from '../model/plan.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../model/run.ts'
import type { ClaimedTask } from '../ports/tasks.ts'
import { notifyWhen } from './wake.ts'

export interface ClaimRow {
  readonly taskId: TaskId
  readonly claim: number
  readonly jobId: JobId
  readonly workflowId: WorkflowId
  readonly pipelineId: PipelineId
  readonly index: number
  readonly total: number
  readonly canceled: boolean
  readonly pipeline: PipelineRun
  readonly workflow: WorkflowRun
  readonly planned: PlannedJob
  readonly job: Pick<JobRun, 'attempt'>
}

/** Selects the rows of `mine` with all that a worker must know, oldest first, and reports new events. */
export const claimedColumns = `
  select mine.id as "taskId", claim, job_id as "jobId", job.workflow_id as "workflowId",
         mine.pipeline_id as "pipelineId", index, total, canceled, pipeline.doc as pipeline,
         workflow.doc as workflow, planned, job.doc as job,
         ${notifyWhen('true', 'inbox')}
    from mine
    join job on job.id = mine.job_id
    join workflow on workflow.id = job.workflow_id
    join pipeline on pipeline.id = mine.pipeline_id
   order by mine.place`

export function claimedTask(row: ClaimRow, adopted: boolean): ClaimedTask {
  const { pipeline, workflow, planned, job, ...task } = row
  if (planned.body === null) throw new Error(`nothing to run in task ${task.taskId}`)
  return {
    taskId: task.taskId,
    claim: task.claim,
    jobId: task.jobId,
    workflowId: task.workflowId,
    pipelineId: task.pipelineId,
    workspaceId: workflow.workspaceId,
    pipelineNumber: pipeline.number,
    workflowName: workflow.name,
    jobName: planned.name,
    attempt: job.attempt,
    body: planned.body,
    contexts: planned.contexts,
    index: task.index,
    total: task.total,
    trigger: pipeline.trigger,
    setup: workflow.setup,
    adopted,
    canceled: task.canceled,
  }
}

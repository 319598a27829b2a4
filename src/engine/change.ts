import type { JobBase, JobRun, JobState } from '../model/run.ts'
import { isEnd } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { isSmall } from './status.ts'

/** `job` in another state; nothing of the old state stays behind. */
export function inState(job: JobRun, state: JobState, base: Partial<JobBase> = {}): JobRun {
  return { ...baseOf(job), ...base, ...state }
}

function baseOf(job: JobRun): JobBase {
  return {
    id: job.id,
    pipelineId: job.pipelineId,
    workflowId: job.workflowId,
    workflowName: job.workflowName,
    position: job.position,
    planned: job.planned,
    attempt: job.attempt,
    waitsFor: job.waitsFor,
    tasks: job.tasks,
    layersOf: job.layersOf,
    authority: job.authority,
    notices: job.notices,
    serial: job.serial,
  }
}

/** Stores the job and tells GitHub, as urgently as its new status deserves. */
export function change(draft: Draft, job: JobRun): void {
  draft.putJob(job)
  const subject = { kind: 'job', jobId: job.id, pipelineId: job.pipelineId } as const
  if (isWaitedFor(job)) draft.report(subject, 'alarm')
  else if (isEnd(job.status)) draft.report(subject, 'conclusion')
  else if (job.status === 'running') draft.report(subject, 'progress')
  else if (isSmall(draft.workflow(job.workflowId))) draft.report(subject, 'queued')
}

/** What is red, and approvals: people act upon them. */
const isWaitedFor = ({ status }: JobRun): boolean =>
  status === 'failed' || status === 'unauthorized' || status === 'on_hold'

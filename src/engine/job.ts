import type { JobId } from '../model/ids.ts'
import { derivedId, taskId } from '../model/ids.ts'
import type { Edge, EndStatus, JobBase, JobRun, JobState, TaskRun } from '../model/run.ts'
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
    notices: job.notices,
  }
}

/** Stores the job and tells GitHub, as urgently as its new status deserves. */
export function change(draft: Draft, job: JobRun): void {
  draft.putJob(job)
  const subject = { kind: 'job', jobId: job.id, pipelineId: job.pipelineId } as const
  if (isEnd(job.status) || job.status === 'on_hold') draft.report(subject, 'conclusion')
  else if (job.status === 'running') draft.report(subject, 'progress')
  else if (isSmall(draft.workflow(job.workflowId))) draft.report(subject, 'queued')
}

/**
 * Starts a job whose requirements are met. A `build` is queued, one task for each of its parallelism;
 * an approval is held; the other types run nothing and succeed at once, as CircleCI's `no-op` does.
 */
export function begin(draft: Draft, job: JobRun, at: number): void {
  if (draft.workflow(job.workflowId).canceledBy !== null)
    return end(draft, job, { status: 'not_run', because: 'the workflow was canceled', at })
  if (job.planned.type === 'approval')
    return change(draft, inState(job, { status: 'on_hold', heldAt: at }))
  if (job.planned.type !== 'build')
    return end(draft, job, { status: 'success', because: `${job.planned.type} job`, at })
  queue(draft, job, at)
}

function queue(draft: Draft, job: JobRun, at: number): void {
  const tasks = Array.from(
    { length: job.planned.parallelism },
    (_, index): TaskRun => ({
      id: taskId(derivedId(job.id, `task ${index}`)),
      index,
      losses: 0,
      status: 'queued',
    }),
  )
  for (const task of tasks) queueTask(draft, job, task)
  change(draft, inState(job, { status: 'queued', queuedAt: at, cancel: null }, { tasks }))
}

export function queueTask(draft: Draft, job: JobRun, task: TaskRun): void {
  draft.effect({
    type: 'queue-task',
    task: {
      taskId: task.id,
      jobId: job.id,
      workflowId: job.workflowId,
      pipelineId: job.pipelineId,
      index: task.index,
      total: job.planned.parallelism,
    },
  })
}

interface Ending {
  readonly status: EndStatus
  readonly because: string
  readonly at: number
}

/** Ends a job. What depends on it hears of it through `settle`. */
export function end(draft: Draft, job: JobRun, { status, because, at }: Ending): void {
  const startedAt = job.status === 'running' ? job.startedAt : null
  change(draft, inState(job, { status, startedAt, endedAt: at, because, carried: false }))
}

/**
 * Tells the dependents of jobs that have ended, and theirs in turn, level by level: a requirement that
 * ended as wanted counts down and starts the dependent at zero; one that ended otherwise makes it
 * `not_run` at once, without waiting for the others.
 */
export function settle(draft: Draft, from: readonly JobId[], at: number): void {
  let level = from
  while (level.length > 0) {
    const next: JobId[] = []
    for (const edge of draft.dependentsOf(level)) if (follow(draft, edge, at)) next.push(edge.to)
    level = next
  }
}

/** True when the dependent has ended by this and has dependents of its own to tell. */
function follow(draft: Draft, edge: Edge, at: number): boolean {
  const dependent = draft.job(edge.to)
  if (dependent.status !== 'blocked') return false
  const required = draft.job(edge.from)
  if (!isEnd(required.status)) return false
  if (!edge.statuses.includes(required.status)) {
    end(draft, dependent, {
      status: 'not_run',
      because: inVain(required.planned.name, required.status),
      at,
    })
    return true
  }
  const waiting = { ...dependent, waitsFor: dependent.waitsFor - 1 }
  if (waiting.waitsFor > 0) draft.putJob(waiting)
  else begin(draft, waiting, at)
  return isEnd(draft.job(edge.to).status)
}

const ended: Readonly<Record<EndStatus, string>> = {
  success: 'succeeded',
  failed: 'failed',
  canceled: 'was canceled',
  unauthorized: 'was not authorized',
  not_run: 'was not run',
}

/** E.g. `build failed`: what the check of a job says that was never run. */
const inVain = (name: string, status: EndStatus): string => `${name} ${ended[status]}`

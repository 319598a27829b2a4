import type { JobId } from '../model/ids.ts'
import { derivedId, taskId } from '../model/ids.ts'
import type { Authority, Decision, Edge, EndStatus, JobRun, TaskRun } from '../model/run.ts'
import { isEnd, isEnded } from '../model/run.ts'
import { askForContexts, needsContexts } from './ask-contexts.ts'
import { change, inState } from './change.ts'
import type { Draft } from './draft.ts'
import { holdApproval } from './hold.ts'
import { unlock } from './lock.ts'
import { waitForTurn } from './serial-group.ts'
import { leaveGroup } from './turn.ts'

/**
 * Starts a job whose requirements are met. A `build` is queued, one task for each of its parallelism;
 * an approval is held; the other types run nothing and succeed at once, as CircleCI's `no-op` does.
 */
export function begin(draft: Draft, job: JobRun, at: number): void {
  if (draft.workflow(job.workflowId).canceledBy !== null)
    return end(draft, job, { status: 'not_run', because: 'the workflow was canceled', at })
  if (job.planned.type === 'approval') return holdApproval(draft, job, at)
  if (job.planned.type === 'lock') return takeLock(draft, job, at)
  if (job.planned.type !== 'build') return pass(draft, job, at)
  if (!needsContexts(draft, job)) return proceed(draft, job, at)
  draft.putJob(job)
  askForContexts(draft, job)
}

function takeLock(draft: Draft, job: JobRun, at: number): void {
  const { serialGroup } = job.planned
  if (serialGroup === null) pass(draft, job, at)
  else waitForTurn(draft, job, serialGroup, at)
}

/** A job that runs nothing. */
function pass(draft: Draft, job: JobRun, at: number): void {
  if (job.planned.type === 'unlock') unlock(draft, job)
  end(draft, job, { status: 'success', because: `${job.planned.type} job`, at })
}

/** All that is asked of a job before its turn has been answered. */
export function proceed(draft: Draft, job: JobRun, at: number): void {
  const { serialGroup } = job.planned
  if (serialGroup === null) queue(draft, job, at)
  else waitForTurn(draft, job, serialGroup, at)
}

export function queue(draft: Draft, job: JobRun, at: number): void {
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
  /** Of an approval that people decided. */
  readonly decisions?: readonly Decision[]
}

/** Ends a job. What depends on it hears of it through `settle`. */
export function end(draft: Draft, job: JobRun, ending: Ending): void {
  const { at, ...how } = ending
  const startedAt = job.status === 'running' ? job.startedAt : null
  leaveGroup(draft, job)
  const state = { ...how, startedAt, endedAt: at, carried: false }
  change(draft, inState(job, state, { serial: undefined }))
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
  const waiting = {
    ...dependent,
    waitsFor: dependent.waitsFor - 1,
    authority: approvalBefore(required) ?? dependent.authority,
  }
  if (waiting.waitsFor > 0) draft.putJob(waiting)
  else begin(draft, waiting, at)
  return isEnd(draft.job(edge.to).status)
}

/** A result that a re-run took over was approved for the run that it is from. */
const approvalBefore = (required: JobRun): Authority | null =>
  isEnded(required) && !required.carried && required.authority?.by === 'approval'
    ? required.authority
    : null

const ended: Readonly<Record<EndStatus, string>> = {
  success: 'succeeded',
  failed: 'failed',
  canceled: 'was canceled',
  unauthorized: 'was not authorized',
  not_run: 'was not run',
}

/** E.g. `build failed`: what the check of a job says that was never run. */
const inVain = (name: string, status: EndStatus): string => `${name} ${ended[status]}`

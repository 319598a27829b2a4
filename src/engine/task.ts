import type { TaskEvent } from '../model/event.ts'
import { derivedId, taskId } from '../model/ids.ts'
import type { Cancel, JobRun, Outcome, TaskRun } from '../model/run.ts'
import { change, inState } from './change.ts'
import type { Draft } from './draft.ts'
import { end, queueTask, settle } from './job.ts'
import { isSmall } from './status.ts'

/** How often a task is run again because its worker or machine vanished. */
const losesAtMost = 1

/** A worker has taken a task: its job runs from the first one on. */
export function startTask(draft: Draft, event: TaskEvent & { readonly at: number }): void {
  const job = draft.findJob(event.jobId)
  const task = job?.tasks.find((one) => one.id === event.taskId)
  if (!job || task?.status !== 'queued') return
  const tasks = replaced(job, { ...identity(task), status: 'running', worker: event.worker })
  if (job.status === 'queued') change(draft, running(job, tasks, event.at))
  else if (job.status === 'running') draft.putJob({ ...job, tasks })
}

function running(
  job: JobRun & { readonly status: 'queued' },
  tasks: JobRun['tasks'],
  at: number,
): JobRun {
  const { queuedAt, cancel } = job
  return inState(job, { status: 'running', queuedAt, startedAt: at, cancel }, { tasks })
}

/** A task has ended, one way or another; the last one ends its job. Late news of an ended task is nothing. */
export function finishTask(draft: Draft, event: TaskEvent & { readonly at: number }): void {
  const job = draft.findJob(event.jobId)
  const task = job?.tasks.find((one) => one.id === event.taskId)
  if (!job || !task || task.status === 'ended' || !event.outcome) return
  if (job.status !== 'queued' && job.status !== 'running') return
  if (event.outcome.kind === 'lost' && task.losses < losesAtMost && job.cancel === null)
    return runAgain(draft, job, task, event.outcome.because)
  const tasks = replaced(job, { ...identity(task), status: 'ended', outcome: event.outcome })
  const ended = { ...job, tasks }
  const outcomes = tasks.flatMap((one) => (one.status === 'ended' ? [one] : []))
  if (outcomes.length < tasks.length) return tellOfTask(draft, ended)
  end(draft, ended, { ...verdict(outcomes, job.cancel), at: event.at })
  settle(draft, [job.id], event.at)
}

/** How far a job is shows on its check where that costs few requests. */
function tellOfTask(draft: Draft, job: JobRun): void {
  if (isSmall(draft.workflow(job.workflowId))) change(draft, job)
  else draft.putJob(job)
}

/** A lost task left no verdict: it runs once more under a new name, so that its old log stays. */
function runAgain(draft: Draft, job: JobRun, task: TaskRun, because: string): void {
  const again: TaskRun = {
    id: taskId(derivedId(task.id, 'again')),
    index: task.index,
    losses: task.losses + 1,
    status: 'queued',
  }
  const tasks = job.tasks.map((one) => (one.id === task.id ? again : one))
  queueTask(draft, job, again)
  change(draft, { ...job, tasks, notices: [...job.notices, `Lost and run again: ${because}.`] })
}

type EndedTask = TaskRun & { readonly status: 'ended' }

/** One failed task fails the job; else one canceled task cancels it. Others always ran to their end. */
function verdict(tasks: readonly EndedTask[], cancel: Cancel | null) {
  const worst =
    tasks.find((task) => task.outcome.kind === 'failed') ??
    tasks.find((task) => task.outcome.kind === 'lost') ??
    tasks.find((task) => task.outcome.kind === 'canceled')
  if (!worst) return { status: 'success', because: 'all steps succeeded' } as const
  const where = tasks.length > 1 ? ` (task ${worst.index})` : ''
  const status = statusOf(worst.outcome, cancel !== null)
  // Who or what wanted it says more than the step that it was at.
  if (status === 'canceled' && cancel)
    return { status, because: `canceled by ${cancel.by}` } as const
  return { status, because: `${reasonOf(worst.outcome)}${where}` } as const
}

/** A worker that vanished while it was asked to stop has stopped. */
const statusOf = ({ kind }: Outcome, canceled: boolean): 'canceled' | 'failed' =>
  kind === 'canceled' || (kind === 'lost' && canceled) ? 'canceled' : 'failed'

const reasonOf = (outcome: Outcome): string =>
  outcome.kind === 'success' ? 'all steps succeeded' : outcome.because

const identity = (task: TaskRun) => ({ id: task.id, index: task.index, losses: task.losses })

const replaced = (job: JobRun, task: TaskRun): readonly TaskRun[] =>
  job.tasks.map((one) => (one.id === task.id ? task : one))

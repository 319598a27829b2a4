import type { JobId } from '../model/ids.ts'
import { isEnd, type JobRun, type WorkflowRun } from '../model/run.ts'
import { change } from './change.ts'
import { closeContinuation } from './continuation.ts'
import type { Draft } from './draft.ts'
import { end, settle } from './job.ts'
import { become } from './start.ts'
import { unfinished } from './status.ts'

/**
 * Cancels one job. What runs is told to stop and counts as canceled only when its worker has said so;
 * if it finishes first, its real result stands. Jobs that require `canceled` then start, as on CircleCI.
 */
export function cancelJob(draft: Draft, job: JobRun, by: string, at: number): void {
  if (isAtWork(job)) return stop(draft, job, by, at)
  if (isEnd(job.status)) return
  end(draft, job, { status: 'canceled', because: `canceled by ${by}`, at })
  settle(draft, [job.id], at)
}

interface Canceling {
  readonly by: string
  readonly at: number
}

/**
 * Cancels every unfinished workflow that is meant. Nothing new starts in them, not even handlers of
 * `canceled`. A pipeline that has none yet gets none any more.
 */
export function cancelPipeline(
  draft: Draft,
  { by, at }: Canceling,
  isMeant: (workflow: WorkflowRun) => boolean = () => true,
): void {
  const { state } = draft.pipeline
  if (state === 'pending' || state === 'held')
    return become(draft, { state: 'canceled', because: `canceled by ${by}` })
  const meant = draft.workflows.filter(isMeant)
  if (meant.length === draft.workflows.length || meant.some(({ setup }) => setup))
    closeContinuation(draft, by)
  for (const workflow of meant) {
    if (unfinished(workflow.counts) === 0) continue
    const ended: JobId[] = []
    draft.putWorkflow({ ...workflow, canceledBy: by })
    for (const job of draft.jobsOf(workflow.id)) if (giveUp(draft, job, by, at)) ended.push(job.id)
    settle(draft, ended, at)
  }
}

/** A worker has it, or may have it any moment; not while it waits for its serial group. */
const isAtWork = (job: JobRun): boolean =>
  job.status === 'running' || (job.status === 'queued' && job.serial !== 'waiting')

/** True when the job ended by this at once. */
function giveUp(draft: Draft, job: JobRun, by: string, at: number): boolean {
  if (isEnd(job.status)) return false
  if (isAtWork(job)) {
    stop(draft, job, by, at)
    return false
  }
  const status = job.status === 'blocked' ? 'not_run' : 'canceled'
  end(draft, job, { status, because: `the workflow was canceled by ${by}`, at })
  return true
}

function stop(draft: Draft, job: JobRun, by: string, at: number): void {
  if ((job.status !== 'queued' && job.status !== 'running') || job.cancel) return
  for (const task of job.tasks)
    if (task.status !== 'ended')
      draft.effect({ type: 'cancel-task', taskId: task.id, because: `canceled by ${by}` })
  change(draft, { ...job, cancel: { by, at } })
}

import { unreachable } from '../../model/result.ts'
import type { EndedJob, JobRun } from '../../model/run.ts'
import { isEnded } from '../../model/run.ts'
import type { JobFacts } from '../../ports/checks.ts'
import { heldTitle } from './approval.ts'
import { counted, duration } from './markdown.ts'

/** The one thing to know about a job, as plain text. */
export function jobTitle({ job, waitingFor, ahead }: JobFacts): string {
  if (isEnded(job)) return endedTitle(job)
  switch (job.status) {
    case 'blocked':
      return waitingFor.length > 0 ? `waits for ${waitingFor.join(', ')}` : 'waits'
    case 'queued':
      if (job.cancel) return stopping(job.cancel.by)
      return job.serial === 'waiting'
        ? `waits for its serial group ${job.planned.serialGroup}`
        : queuedTitle(ahead)
    case 'running':
      return job.cancel ? stopping(job.cancel.by) : runningTitle(job)
    case 'on_hold':
      return heldTitle(job)
    default:
      return unreachable(job)
  }
}

/** How a job ended and why. */
export function endedTitle(job: JobRun & EndedJob): string {
  const { status } = job
  switch (status) {
    case 'success':
      return job.startedAt === null
        ? job.because
        : `succeeded in ${duration(job.endedAt - job.startedAt)}`
    case 'failed':
      return `${job.planned.name} failed: ${job.because}`
    case 'canceled':
      return job.because
    case 'unauthorized':
      return `not authorized: ${job.because}`
    case 'not_run':
      return `not run: ${job.because}`
    default:
      return unreachable(status)
  }
}

function queuedTitle(ahead: number | undefined): string {
  if (ahead === undefined) return 'queued'
  return ahead === 0 ? 'queued: next in line' : `queued: ${counted(ahead, 'task')} ahead`
}

const stopping = (by: string): string => `being canceled by ${by}`

function runningTitle({ tasks }: JobRun): string {
  const ended = tasks.filter((task) => task.status === 'ended').length
  return tasks.length > 1 ? `running, ${ended} of ${tasks.length} tasks done` : 'running'
}

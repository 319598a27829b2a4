import type { Action } from '../model/event.ts'
import type { JobRun } from '../model/run.ts'

/** Why the action means nothing for a job in this state; null when it does. */
export function impossible(job: JobRun, action: Action): string | null {
  if (action === 'approve' || action === 'reject')
    return job.status === 'on_hold'
      ? null
      : `it is ${job.status} and waits for nobody; nothing changed.`
  if (action === 'cancel')
    return ['queued', 'running', 'on_hold', 'blocked'].includes(job.status)
      ? null
      : 'it has already ended; nothing changed.'
  return null
}

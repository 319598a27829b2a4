import type { Action } from '../model/event.ts'
import type { JobRun } from '../model/run.ts'
import type { Draft } from './draft.ts'

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

/** Why the action means nothing for the pipeline as a whole; null when it does. */
export function impossibleForPipeline({ pipeline }: Draft, action: Action): string | null {
  if (action === 'approve')
    return pipeline.state === 'held' ? null : 'nobody has to let it run; nothing changed.'
  if (action === 'reject') return 'there is no decision to make about all of it; nothing changed.'
  return null
}

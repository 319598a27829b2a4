import type { JobRun } from '../model/run.ts'
import { isFromFork } from '../model/trigger.ts'
import type { Draft } from './draft.ts'

/**
 * Whether the contexts of a job that is ready have to be looked at before it may be queued. A pipeline of a
 * fork is given nothing of any context, so nobody needs the right to.
 */
export const needsContexts = (draft: Draft, job: JobRun): boolean =>
  job.planned.contexts.length > 0 && !isFromFork(draft.pipeline.trigger)

/**
 * Contexts are looked at when the job is ready, with the rights of whoever approved what it waited for, else
 * of whoever asked for the re-run, else of whoever triggered the pipeline. The job stays blocked meanwhile.
 */
export function askForContexts(draft: Draft, job: JobRun): void {
  const { id, trigger } = draft.pipeline
  draft.effect({
    type: 'ask-contexts',
    pipelineId: id,
    repository: trigger.repository,
    jobId: job.id,
    contexts: job.planned.contexts,
    person: job.authority?.person ?? trigger.actor,
  })
}

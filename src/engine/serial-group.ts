import type { JobRun } from '../model/run.ts'
import { change, inState } from './change.ts'
import type { Draft } from './draft.ts'
import { scopeOf } from './turn.ts'

/** CircleCI's limit for the wait of a job for its serial group. */
const longestWaitMs = 5 * 60 * 60 * 1000

/** The job waits for its turn in its serial group; it is queued once the store grants it. */
export function waitForTurn(draft: Draft, job: JobRun, group: string, at: number): void {
  const { id, number, trigger } = draft.pipeline
  draft.effect({
    type: 'serial-enter',
    scope: scopeOf(draft, group),
    repositoryId: trigger.repository.id,
    number,
    jobId: job.id,
    pipelineId: id,
  })
  const due = at + longestWaitMs
  draft.effect({
    type: 'later',
    event: { type: 'serial-timeout', jobId: job.id, pipelineId: id, at: due },
    at: due,
  })
  change(
    draft,
    inState(job, { status: 'queued', queuedAt: at, cancel: null }, { serial: 'waiting' }),
  )
}

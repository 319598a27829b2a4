import type { JobRun } from '../model/run.ts'
import { change, inState } from './change.ts'
import type { Draft } from './draft.ts'

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

/** Groups are shared by all repositories of an owner, whatever its name is written like. */
const scopeOf = (draft: Draft, group: string): string =>
  `${draft.pipeline.trigger.repository.owner.toLowerCase()}/${group}`

/** A job that waits or has the turn leaves its group, so that the next may begin. */
export function leaveGroup(draft: Draft, job: JobRun): void {
  const { serialGroup } = job.planned
  if (job.serial === undefined || serialGroup === null) return
  draft.effect({ type: 'serial-leave', scope: scopeOf(draft, serialGroup), jobId: job.id })
}

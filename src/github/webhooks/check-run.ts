import type { CheckSubject } from '../../model/effect.ts'
import type { Action } from '../../model/event.ts'
import type { PipelineId } from '../../model/ids.ts'
import type { Person } from '../../model/trigger.ts'
import type { CheckFacts, CheckRow } from '../../ports/checks.ts'
import type { NewEvent } from '../../ports/inbox.ts'
import { parseExternalId } from '../external-id.ts'
import { isEndedWell, isUnfinished } from '../render/roll-up.ts'
import { at, id, personIn, text } from './payload.ts'
import type { Delivery, Ignored, Self } from './reading.ts'
import { nothing, unusable } from './reading.ts'

/** A press on a button of one of our checks, or on GitHub's "Re-run" beside it. */
export interface Click {
  readonly externalId: string
  /** Null: GitHub's re-run, whose meaning depends on the check. */
  readonly action: Action | null
  readonly by: Person
}

const buttons: ReadonlySet<string> = new Set<Action>([
  'approve',
  'reject',
  'cancel',
  'rerun-failed',
  'rerun-all',
  'new-run',
])
const isButton = (identifier: string): identifier is Action => buttons.has(identifier)

/** Reads `check_run.requested_action` and `check_run.rerequested`. */
export function readClick({ payload }: Delivery, self: Self): Click | Ignored {
  const run = at(payload, 'check_run')
  const by = personIn(at(payload, 'sender'))
  if (id(at(run, 'app', 'id')) !== self.appId) return nothing('a check of another App')
  if (!by) return unusable('a click without a sender')
  if (by.login === `${text(at(run, 'app', 'slug'))}[bot]`) return nothing('a click by this App')
  const externalId = text(at(run, 'external_id')) ?? ''
  if (!parseExternalId(externalId)) return nothing('a check that Sluice did not create')
  if (at(payload, 'action') === 'rerequested') return { externalId, action: null, by }
  const identifier = text(at(payload, 'requested_action', 'identifier')) ?? ''
  return isButton(identifier)
    ? { externalId, action: identifier, by }
    : unusable('a button that Sluice did not offer')
}

/** The check that was clicked, as we know it. */
export interface Clicked {
  readonly row: CheckRow
  /** False when a newer check has taken its place. */
  readonly current: boolean
  /** What it shows now; null when its subject is gone. */
  readonly facts: CheckFacts | null
}

/** One event for each pipeline that the click is about; never none. */
export function clickEvents(
  click: Click,
  { row, current, facts }: Clicked,
  delivery: Delivery,
): readonly NewEvent[] {
  const { subject } = row
  const action = click.action ?? (subject.kind === 'job' ? 'rerun-job' : 'rerun-failed')
  const jobId = subject.kind === 'job' ? subject.jobId : null
  return pipelinesOf(subject, action, facts).map((pipelineId) => ({
    key: `${delivery.id}/${pipelineId}`,
    event: {
      type: 'action-requested',
      pipelineId,
      at: delivery.receivedAt,
      action,
      jobId,
      current,
      by: click.by,
    },
  }))
}

/** The `sluice` check can stand for several branches at one commit: the click means those it fits. */
function pipelinesOf(
  subject: CheckSubject,
  action: Action,
  facts: CheckFacts | null,
): readonly PipelineId[] {
  if (subject.kind === 'job' || facts?.kind !== 'pipeline') return [subject.pipelineId]
  const fitting = facts.pipelines.filter((one) => {
    if (action === 'approve') return one.pipeline.state === 'held'
    if (action === 'cancel') return isUnfinished(one)
    return action !== 'rerun-failed' || !isEndedWell(one)
  })
  const ids = fitting.map(({ pipeline }) => pipeline.id)
  return ids.length > 0 ? ids : [subject.pipelineId]
}

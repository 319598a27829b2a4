import { createHash } from 'node:crypto'
import type { CheckRow, CheckRunOnGitHub, ExternalId } from '../../ports/checks.ts'
import { formatExternalId, parseExternalId } from '../external-id.ts'
import type { DesiredCheck } from '../render/desired.ts'

export type NextRequest =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'update'; readonly run: CheckRunOnGitHub }
  | { readonly kind: 'create'; readonly externalId: string }

/** What GitHub has of a row. */
export interface Standing extends Pick<CheckRow, 'current' | 'sequence'> {
  /** A create whose answer was lost and that did not happen: it may be sent again under its name. */
  readonly unfound: string | null
}

/** What the name of a new check is made from; workflow and job are null for a `sluice` check. */
export type Ids = Omit<ExternalId, 'sequence'>

/**
 * The one request that brings GitHub closer to what is desired. A completed check is one-way: a new
 * result, and everything that runs again, is a new check of the same name; only its text may be mended.
 */
export function nextRequest(standing: Standing, desired: DesiredCheck, ids: Ids): NextRequest {
  const { current } = standing
  if (current === null && desired.silent) return { kind: 'nothing' }
  if (current === null) return { kind: 'create', externalId: newId(standing, ids) }
  if (current.digest === digestOf(desired)) return { kind: 'nothing' }
  if (!current.completed || hasOutcome(current, desired)) return { kind: 'update', run: current }
  return { kind: 'create', externalId: newId(standing, ids) }
}

/** The name of the check that comes after `current`: no other check of this row has or had it. */
export function newId({ current, sequence, unfound }: Standing, ids: Ids): string {
  if (unfound !== null) return unfound
  if (current === null) return formatExternalId({ ...ids, sequence })
  const last = parseExternalId(current.externalId)?.sequence ?? sequence
  return formatExternalId({ ...ids, sequence: Math.max(last, sequence) + 1 })
}

/**
 * What was sent, in short: equal digests mean equal checks. It begins with the outcome, because that is
 * what decides whether a completed check can still be used.
 */
export const digestOf = (desired: DesiredCheck): string =>
  `${outcomeOf(desired)}:${createHash('sha256').update(JSON.stringify(desired)).digest('base64url')}`

/** A digest for a run of which only the outcome is known; equal to no other. */
export const unknownDigest = (outcome: string): string => `${outcome}:`

/** Whether the run ended, or stands open, in the way that is desired. */
export const hasOutcome = ({ digest }: CheckRunOnGitHub, desired: DesiredCheck): boolean =>
  digest.startsWith(`${outcomeOf(desired)}:`)

const outcomeOf = ({ state, reruns }: DesiredCheck): string => {
  const outcome = state.status === 'completed' ? state.conclusion : state.status
  return reruns === undefined ? outcome : `${outcome}.${reruns}`
}

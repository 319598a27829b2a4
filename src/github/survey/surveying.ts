import type { Checks } from '../../ports/checks.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Inbox } from '../../ports/inbox.ts'
import type { Log } from '../../ports/log.ts'
import type { Heads, Reach } from '../../ports/reach.ts'
import type { Addresses } from '../addresses.ts'
import type { Clients } from '../client.ts'

export interface SurveyParts {
  readonly probot: Clients
  readonly reach: Reach
  readonly heads: Heads
  readonly inbox: Inbox
  readonly checks: Pick<Checks, 'pause'>
  readonly addresses: Addresses
  readonly clock: Clock
  readonly log: Log
  readonly everyMs: number
  /** How long GitHub's own word of a push is waited for before its head is taken for forgotten. */
  readonly graceMs: number
}

export interface Surveying extends SurveyParts {
  readonly stopped: AbortSignal
}

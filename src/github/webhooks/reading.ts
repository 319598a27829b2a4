import type { NewEvent } from '../../ports/inbox.ts'
import type { Addresses } from '../addresses.ts'

/** What a delivery means: events for the inbox, or nothing and why. */
export type Reading = readonly NewEvent[] | Ignored

export interface Ignored {
  readonly ignored: string
  /** `nothing`: it asks for nothing. `unusable`: it should have asked for something, but lacks what we need. */
  readonly because: 'nothing' | 'unusable'
}

/** A delivery whose signature was right. */
export interface Delivery {
  /** GitHub's name of it; a redelivery has the same. */
  readonly id: string
  /** The event, e.g. `push`. */
  readonly name: string
  readonly payload: unknown
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** Who we are, for telling our own deliveries from others'. */
export interface Self {
  readonly appId: number
  readonly addresses: Addresses
}

export const nothing = (ignored: string): Ignored => ({ ignored, because: 'nothing' })
export const unusable = (ignored: string): Ignored => ({ ignored, because: 'unusable' })

export const isIgnored = (reading: object): reading is Ignored => 'ignored' in reading

import type { LogEnd, LogKey } from '../ports/logs.ts'
import type { Control } from './control.ts'
import { insist } from './insist.ts'
import { batchesFor } from './log-batches.ts'
import { logCap } from './log-cap.ts'
import { type Masking, maskingOf } from './mask/mask.ts'
import type { Limits, Tools } from './tools.ts'

/** One step's way into the log store. */
export interface LogWriter {
  /** Resolves at once while there is room; else when what came before is stored. */
  write(bytes: Uint8Array): Promise<void>
  /** Resolves when everything written is stored. */
  end(): Promise<void>
}

interface Where {
  readonly claim: number
  readonly key: LogKey
  /** What is stored; the first byte that is written is the one after `from.source`. */
  readonly from: LogEnd
  /** What must not be shown. */
  readonly masking?: Masking
}

/** Nothing is stored yet. */
export const atTheBeginning: LogEnd = { size: 0, source: 0 }

type Around = Pick<Tools, 'logs' | 'clock' | 'log'> & { readonly limits: Pick<Limits, 'log'> }

/**
 * Stores what may be shown of what is written, in pieces of 64 KiB or whatever came within 200 ms. With each
 * goes how much of what was written is settled by it: there another writer can go on.
 */
export function logWriter(
  tools: Around,
  control: Control,
  { claim, key, from, masking = maskingOf([]) }: Where,
): LogWriter {
  const mask = masking.begin()
  const cap = logCap(tools.limits.log, from.size)
  const batches = batchesFor(tools.clock, from, (chunk) =>
    insist('log', () => tools.logs.append(claim, key, chunk), { control, ...tools }),
  )
  const add = (pieces: readonly Uint8Array[]): void =>
    batches.add(pieces, from.source + mask.decided())
  /** What is kept back for the end is not settled: whoever goes on needs it again. */
  const take = (shown: readonly Uint8Array[]): void => {
    const full = cap.full()
    const pieces = cap.pass(shown)
    if (!full) add(pieces)
  }
  return {
    write: (bytes) => {
      take(mask.pass(bytes))
      return batches.relieve()
    },
    end: () => {
      take(mask.rest())
      if (cap.full()) add(cap.rest())
      return batches.flush()
    },
  }
}

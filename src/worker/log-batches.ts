import type { Clock } from '../ports/clock.ts'
import type { LogChunk, LogEnd } from '../ports/logs.ts'

const flushBytes = 64 * 1024
const flushMs = 200

/** Gathers pieces of a log into chunks worth storing: of 64 KiB, or of whatever came within 200 ms. */
export interface Batches {
  /** `source`: that of the chunk that ends with these pieces. */
  add(pieces: readonly Uint8Array[], source: number): void
  /** Resolves at once while there is room; else when everything is stored. */
  relieve(): Promise<void>
  /** Resolves when everything is stored. */
  flush(): Promise<void>
}

/** Chunks go to `store` one after the other. */
export function batchesFor(
  clock: Pick<Clock, 'sleep'>,
  from: LogEnd,
  store: (chunk: LogChunk) => Promise<void>,
): Batches {
  let { size: offset, source } = from
  let waiting: Uint8Array[] = []
  let size = 0
  let stored: Promise<void> = Promise.resolve()
  let timer: AbortController | null = null

  const flush = (): Promise<void> => {
    timer?.abort()
    timer = null
    if (size === 0) return stored
    const chunk = { offset, source, bytes: Buffer.concat(waiting) }
    offset += size
    waiting = []
    size = 0
    stored = stored.then(() => store(chunk))
    // Whoever adds next or ends hears of a failure; until then it is nobody's.
    stored.catch(() => undefined)
    return stored
  }
  const flushSoon = async (): Promise<void> => {
    const soon = new AbortController()
    timer = soon
    await clock.sleep(flushMs, soon.signal)
    if (!soon.signal.aborted) flush().catch(() => undefined)
  }
  return {
    add: (pieces, settled) => {
      for (const piece of pieces) {
        waiting.push(piece)
        size += piece.length
      }
      source = settled
    },
    relieve: async () => {
      if (size >= flushBytes) await flush()
      else if (!timer && size > 0) void flushSoon()
    },
    flush,
  }
}

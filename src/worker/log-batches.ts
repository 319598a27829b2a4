import type { Clock } from '../ports/clock.ts'
import type { LogChunk, LogEnd } from '../ports/logs.ts'

const flushBytes = 64 * 1024
const flushMs = 200
/** As much may wait while a chunk is being stored, so that the next one is ready when it is. */
const mostBytes = 8 * flushBytes
const firstBytes = 4 * 1024

/**
 * Gathers pieces of a log into chunks worth storing: of 64 KiB, of whatever came within 200 ms, or of what
 * came while the chunk before was stored.
 */
export interface Batches {
  /** Copies the pieces. `source`: that of the chunk that ends with them. */
  add(pieces: readonly Uint8Array[], source: number): void
  /** Resolves at once while there is room; else when the chunk that is on its way is stored. */
  relieve(): Promise<void>
  /** Resolves when everything is stored. */
  flush(): Promise<void>
}

/** Chunks go to `store` one after the other; their bytes are reused once it has resolved. */
export const batchesFor = (
  clock: Pick<Clock, 'sleep'>,
  from: LogEnd,
  store: (chunk: LogChunk) => Promise<void>,
): Batches => new StoredBatches(clock, from, store)

class StoredBatches implements Batches {
  readonly #clock: Pick<Clock, 'sleep'>
  readonly #store: (chunk: LogChunk) => Promise<void>
  #offset: number
  #source: number
  /** Two in turns: a flood of output would else keep the collector of garbage busy. */
  #waiting = Buffer.allocUnsafe(firstBytes)
  #spare = Buffer.allocUnsafe(firstBytes)
  #size = 0
  /** Stays as it is when it fails: nothing can be stored behind a gap. */
  #sending: Promise<void> | null = null
  #timer: AbortController | null = null

  constructor(
    clock: Pick<Clock, 'sleep'>,
    from: LogEnd,
    store: (chunk: LogChunk) => Promise<void>,
  ) {
    this.#clock = clock
    this.#store = store
    this.#offset = from.size
    this.#source = from.source
  }

  add(pieces: readonly Uint8Array[], source: number): void {
    const more = pieces.reduce((sum, { length }) => sum + length, 0)
    this.#waiting = withRoom(this.#waiting, this.#size, more)
    for (const piece of pieces) {
      this.#waiting.set(piece, this.#size)
      this.#size += piece.length
    }
    this.#source = source
  }

  async relieve(): Promise<void> {
    if (this.#size >= flushBytes && !this.#sending) void this.#send()
    else if (this.#size >= mostBytes) await this.#sending
    else if (this.#size > 0 && !this.#timer) void this.#sendSoon()
  }

  async flush(): Promise<void> {
    while (this.#sending || this.#size > 0) await (this.#sending ?? this.#send())
  }

  #send(): Promise<void> {
    this.#timer?.abort()
    this.#timer = null
    const bytes = this.#waiting.subarray(0, this.#size)
    const chunk = { offset: this.#offset, source: this.#source, bytes }
    this.#offset += this.#size
    this.#size = 0
    ;[this.#waiting, this.#spare] = [this.#spare, this.#waiting]
    const sent = this.#sent(chunk)
    this.#sending = sent
    // Whoever adds next or ends hears of a failure; until then it is nobody's.
    sent.catch(() => undefined)
    return sent
  }

  /** What the timer left waiting meanwhile is due, too. */
  async #sent(chunk: LogChunk): Promise<void> {
    await this.#store(chunk)
    this.#sending = null
    if (this.#size >= flushBytes || (this.#size > 0 && !this.#timer)) void this.#send()
  }

  async #sendSoon(): Promise<void> {
    const soon = new AbortController()
    this.#timer = soon
    await this.#clock.sleep(flushMs, soon.signal)
    if (soon.signal.aborted) return
    this.#timer = null
    if (!this.#sending) void this.#send()
  }
}

/** The same, or a larger one with its first `size` bytes, when `more` do not fit. */
function withRoom(buffer: Buffer<ArrayBuffer>, size: number, more: number): Buffer<ArrayBuffer> {
  if (size + more <= buffer.length) return buffer
  const larger = Buffer.allocUnsafe(Math.max(size + more, 2 * buffer.length))
  larger.set(buffer.subarray(0, size))
  return larger
}

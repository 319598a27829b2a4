import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { LogChunk } from '../../src/ports/logs.ts'
import { type Batches, batchesFor } from '../../src/worker/log-batches.ts'

const kib = 1024

/** A clock and a store under the hand of a test. Time passes, and chunks are stored, only when it says so. */
class Hands {
  /** What is stored. */
  readonly bytes: Buffer[] = []
  readonly sources: number[] = []
  /** Lengths of the chunks, in their order. */
  readonly sizes: number[] = []
  readonly sleepers = new Set<() => void>()
  /** The chunk that is on its way, with what it looked like when it left. */
  onItsWay: { readonly chunk: LogChunk; readonly seen: Buffer; readonly end: () => void } | null =
    null
  #fail: ((error: Error) => void) | null = null
  #end: number

  constructor(end = 0) {
    this.#end = end
  }

  readonly clock = {
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        const wake = (): void => {
          this.sleepers.delete(wake)
          resolve()
        }
        this.sleepers.add(wake)
        signal?.addEventListener('abort', wake, { once: true })
      }),
  }

  readonly store = async (chunk: LogChunk): Promise<void> => {
    if (this.onItsWay) throw new Error('two chunks at once')
    if (chunk.bytes.length === 0) throw new Error('a chunk of nothing')
    if (chunk.offset !== this.#end) throw new Error(`a gap: ${chunk.offset} after ${this.#end}`)
    const seen = Buffer.from(chunk.bytes)
    await new Promise<void>((resolve, reject) => {
      this.#fail = reject
      this.onItsWay = { chunk, seen, end: resolve }
    })
    // Whoever gathers more meanwhile must not have touched it.
    if (!seen.equals(chunk.bytes)) throw new Error('a chunk was changed on its way')
    this.#end += seen.length
    this.bytes.push(seen)
    this.sources.push(chunk.source)
    this.sizes.push(seen.length)
  }

  async stored(): Promise<void> {
    this.onItsWay?.end()
    this.onItsWay = null
    await settled()
  }

  async fail(): Promise<void> {
    this.#fail?.(new Error('the disk is full'))
    this.onItsWay = null
    await settled()
  }

  async passTime(): Promise<void> {
    for (const wake of this.sleepers) wake()
    await settled()
  }

  text(): string {
    return Buffer.concat(this.bytes).toString('latin1')
  }
}

/** Everything that waits for nothing but promises has happened. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

function begun(end = 0) {
  const hands = new Hands(end)
  const batches = batchesFor(hands.clock, { size: end, source: end }, hands.store)
  let source = end
  const add = (text: string): void => {
    source += text.length
    batches.add([Buffer.from(text, 'latin1')], source)
  }
  return { hands, batches, add }
}

/** Whether the promise is settled by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  const note = (): void => void (done = true)
  promise.then(note, note)
  await settled()
  return done
}

const flushed = async (hands: Hands, batches: Batches): Promise<void> => {
  const flush = batches.flush()
  while (!(await isDone(flush))) await hands.stored()
  await flush
}

test('what came within the time is one chunk, with the source of its last piece', async () => {
  const { hands, batches, add } = begun(7)
  for (const text of ['a', 'b', 'c']) {
    add(text)
    await batches.relieve()
  }
  expect(hands.onItsWay).toBeNull()
  await hands.passTime()
  await hands.stored()
  expect([hands.text(), hands.sizes, hands.sources]).toEqual(['abc', [3], [10]])
  expect(hands.sleepers.size).toBe(0)
})

test('64 KiB leave at once, and time is not waited for', async () => {
  const { hands, batches, add } = begun()
  add('x')
  await batches.relieve()
  add('y'.repeat(64 * kib))
  await batches.relieve()
  expect(hands.onItsWay?.seen.length).toBe(64 * kib + 1)
  await settled()
  expect(hands.sleepers.size).toBe(0)
})

test('while a chunk is stored 512 KiB may gather; then whoever writes waits for the store', async () => {
  const { hands, batches, add } = begun()
  add('a'.repeat(64 * kib))
  await batches.relieve()
  add('b'.repeat(511 * kib))
  expect(await isDone(batches.relieve())).toBe(true)
  add('c'.repeat(kib))
  const waiting = batches.relieve()
  expect(await isDone(waiting)).toBe(false)
  await hands.stored()
  expect(await isDone(waiting)).toBe(true)
  expect(hands.onItsWay?.seen.length).toBe(512 * kib)
})

test('what the time ran out for while a chunk was stored leaves with the next one, unasked', async () => {
  const { hands, batches, add } = begun()
  add('a'.repeat(64 * kib))
  await batches.relieve()
  add('b')
  await batches.relieve()
  await hands.passTime()
  expect(hands.onItsWay?.seen.length).toBe(64 * kib)
  await hands.stored()
  expect(hands.onItsWay?.seen.toString()).toBe('b')
})

test('a flush while a chunk is stored waits for it and for what came since', async () => {
  const { hands, batches, add } = begun()
  add('a'.repeat(64 * kib))
  await batches.relieve()
  add('b')
  await batches.relieve()
  const flush = batches.flush()
  expect(await isDone(flush)).toBe(false)
  await hands.stored()
  expect(await isDone(flush)).toBe(false)
  await hands.stored()
  expect(await isDone(flush)).toBe(true)
  expect(hands.sizes).toEqual([64 * kib, 1])
  expect(hands.sleepers.size).toBe(0)
})

test('a flush of nothing is done at once', async () => {
  const { batches } = begun()
  expect(await isDone(batches.flush())).toBe(true)
})

test('a store that fails ends it: nothing is stored behind the gap, and whoever waits or ends hears why', async () => {
  const { hands, batches, add } = begun()
  add('a'.repeat(64 * kib))
  await batches.relieve()
  add('b'.repeat(512 * kib))
  const waiting = batches.relieve()
  const heard = waiting.catch(String)
  await hands.fail()
  expect(await heard).toBe('Error: the disk is full')
  await hands.passTime()
  add('c'.repeat(64 * kib))
  await expect(batches.relieve()).rejects.toThrow('the disk is full')
  await expect(batches.flush()).rejects.toThrow('the disk is full')
  expect(hands.onItsWay).toBeNull()
  expect(hands.text()).toBe('')
})

interface Turn {
  readonly what: 'add' | 'store' | 'time' | 'flush'
  /** Of each of the pieces. */
  readonly size: number
  readonly pieces: number
}

test('whatever comes when, all of it is stored, in order, and nothing is touched on its way', async () => {
  const moves = array(
    record({
      what: constantFrom('add', 'add', 'add', 'store', 'time', 'flush'),
      size: constantFrom(0, 1, 100, 4 * kib, 5 * kib, 63 * kib, 64 * kib, 70 * kib, 300 * kib),
      pieces: integer({ min: 1, max: 3 }),
    }),
    { maxLength: 40, size: 'max' },
  )
  const run = async (all: readonly Turn[]) => {
    const hands = new Hands()
    const batches = batchesFor(hands.clock, { size: 0, source: 0 }, hands.store)
    const given: Buffer[] = []
    let source = 0
    let last: Promise<void> = Promise.resolve()
    // The reader's own memory, overwritten each time as that of a followed log is.
    const memory = Buffer.alloc(3 * 300 * kib)
    for (const [turn, { what, size, pieces }] of all.entries()) {
      if (what === 'store') await hands.stored()
      else if (what === 'time') await hands.passTime()
      else {
        while (!(await isDone(last))) await hands.stored()
        if (what === 'flush') last = batches.flush()
        else {
          memory.fill(turn + 1)
          const cut = Array.from({ length: pieces }, (_, at) =>
            memory.subarray(at * size, (at + 1) * size),
          )
          given.push(...cut.map((piece) => Buffer.from(piece)))
          source += 2 * size * pieces
          batches.add(cut, source)
          last = batches.relieve()
        }
      }
    }
    while (!(await isDone(last))) await hands.stored()
    await flushed(hands, batches)
    expect(Buffer.compare(Buffer.concat(hands.bytes), Buffer.concat(given))).toBe(0)
    if (hands.bytes.length > 0) expect(hands.sources.at(-1)).toBe(source)
    expect(hands.sources).toEqual(hands.sources.toSorted((a, b) => a - b))
    expect(Math.max(0, ...hands.sizes)).toBeLessThan((512 + 900) * kib)
    expect(hands.sleepers.size).toBe(0)
  }
  await assert(asyncProperty(moves, run), { numRuns: 150 })
})

import { type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StepOutcome } from '../ports/executor.ts'
import { type MarkedLog, untilMark } from './mark.ts'

/** A step's log as the runner writes it, and how to ask how the step stands. */
export interface Followed {
  /** Path of the log. The directory around it is watched. */
  readonly log: string
  readonly endMark: Buffer
  /** Null while the step runs. */
  outcome(): Promise<StepOutcome | null>
  /** Why no outcome will ever come; null while one may. */
  vanished(): Promise<string | null>
}

/** Only a floor: the file system tells us when there is something. */
const pollMs = 500
/** How long the last bytes may take to come through the pipe when the exit code is known. */
const drainMs = 5000
const firstBytes = 16_384
const mostBytes = 262_144

/**
 * Yields the log from byte `from` on until the end mark, and returns how the step ended. Nothing is
 * read ahead of the reader. Throws the signal's reason when it aborts.
 */
export async function* follow(
  step: Followed,
  options: { readonly from: number; readonly signal: AbortSignal },
): AsyncGenerator<Uint8Array, StepOutcome, void> {
  options.signal.throwIfAborted()
  const bell = bellFor(step.log, options.signal)
  const file = await open(step.log, 'r')
  try {
    return yield* chunks(step, markedReader(file, options.from, step.endMark), bell)
  } finally {
    bell.close()
    await file.close()
  }
}

async function* chunks(
  step: Followed,
  reader: MarkedReader,
  bell: Bell,
): AsyncGenerator<Uint8Array, StepOutcome, void> {
  let silent = false
  let drainUntil = Number.POSITIVE_INFINITY
  for (;;) {
    const bytes = await reader.read()
    if (bytes.length > 0) yield bytes
    const outcome = reader.ended() || silent ? await step.outcome() : null
    if (outcome && (reader.ended() || Date.now() > drainUntil)) {
      return reader.ended() ? outcome : unkept
    }
    if (outcome) drainUntil = Math.min(drainUntil, Date.now() + drainMs)
    const gone = silent && !outcome ? await step.vanished() : null
    if (gone !== null) return yield* lastWords(step, reader, gone)
    silent = bytes.length > 0 ? bell.check() : await bell.rung()
  }
}

/** The end of a step may be seen in any order: look for what came in between. */
async function* lastWords(
  step: Followed,
  reader: MarkedReader,
  because: string,
): AsyncGenerator<Uint8Array, StepOutcome, void> {
  for (let bytes = await reader.read(); bytes.length > 0; bytes = await reader.read()) yield bytes
  const held = reader.held()
  if (held.length > 0) yield held
  return (await step.outcome()) ?? { kind: 'lost', because }
}

const unkept: StepOutcome = {
  kind: 'lost',
  because: 'the end of the output is missing: it could not be written (is the disk full?)',
}

interface MarkedReader extends Omit<MarkedLog, 'pass'> {
  /** What was added, never the mark or what may become one; empty when nothing. */
  read(): Promise<Buffer>
}

function markedReader(file: FileHandle, from: number, endMark: Buffer): MarkedReader {
  const log = untilMark(endMark)
  let position = from
  let size = firstBytes
  const read = async (): Promise<Buffer> => {
    if (log.ended()) return Buffer.alloc(0)
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(size), position })
    if (bytesRead === size) size = Math.min(mostBytes, 2 * size)
    position += bytesRead
    return log.pass(buffer.subarray(0, bytesRead))
  }
  return { ...log, read }
}

interface Bell {
  /**
   * Resolves to false at the next change, to true after an interval without one.
   * Rejects when the signal aborts.
   */
  rung(): Promise<boolean>
  /** False; throws when the signal aborted. */
  check(): false
  close(): void
}

/** Rings once for all changes since it was last heard, so that none falls between two looks. */
function bellFor(log: string, signal: AbortSignal): Bell {
  let changed = false
  let wake: (() => void) | null = null
  const ring = (): void => {
    changed = true
    wake?.()
  }
  const watcher = watcherOf(dirname(log), ring)
  signal.addEventListener('abort', ring, { once: true })
  return {
    rung: async () => {
      if (!changed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, watcher ? pollMs : pollMs / 10)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      signal.throwIfAborted()
      const silent = !changed
      changed = false
      return silent
    },
    check: () => {
      signal.throwIfAborted()
      return false
    },
    close: () => {
      watcher?.close()
      signal.removeEventListener('abort', ring)
    },
  }
}

/** Null where the system has no watches left: polling remains, more often. */
function watcherOf(directory: string, ring: () => void): FSWatcher | null {
  try {
    const watcher = watch(directory, ring)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}

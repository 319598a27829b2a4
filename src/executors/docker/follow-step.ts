import type { StepOutcome } from '../../ports/executor.ts'
import { untilMark } from '../mark.ts'
import { endMark } from '../runner.ts'
import { EngineSilent } from './engine.ts'
import type { Attached } from './exec.ts'
import { GoneError } from './gone.ts'

interface Following {
  readonly name: string
  /** Counts on with every byte that is yielded. */
  readonly cursor: { position: number }
  readonly signal: AbortSignal
}

type Lost = Extract<StepOutcome, { kind: 'lost' }>

/** How a step ended, and whether the kernel ended a process meanwhile for want of memory. */
export type StepEnd =
  | Lost
  | { readonly kind: 'exited'; readonly code: number; readonly oom: boolean }

/**
 * Yields what a step prints over one connection. Returns null when the connection breaks or cannot be
 * made. Throws the signal's reason when it aborts.
 */
export async function* follow(
  connect: () => Promise<Attached>,
  following: Following,
): AsyncGenerator<Uint8Array, StepEnd | null, void> {
  const process = await orNull(connect())
  if (!process) return null
  const close = (): void => process.close()
  following.signal.addEventListener('abort', close, { once: true })
  try {
    return yield* logOf(process, following)
  } catch (error) {
    following.signal.throwIfAborted()
    if (error instanceof EngineSilent) return null
    throw error
  } finally {
    following.signal.removeEventListener('abort', close)
    close()
  }
}

async function* logOf(
  process: Attached,
  { name, cursor, signal }: Following,
): AsyncGenerator<Uint8Array, StepEnd | null, void> {
  const log = untilMark(endMark(name))
  const greeting = greetingFor()
  let told = ''
  for await (const { from, bytes } of process.frames) {
    signal.throwIfAborted()
    if (from === 'stderr') told = (told + bytes.toString()).slice(-4000)
    const fresh = from === 'stdout' ? log.pass(greeting.strip(bytes)) : Buffer.alloc(0)
    cursor.position += fresh.length
    if (fresh.length > 0) yield fresh
    const end = endIn(told)
    if (end && (end.kind === 'lost' || log.ended())) {
      if (end.kind === 'lost' && log.held().length > 0) yield log.held()
      return end
    }
  }
  if (endIn(told)) return unkept
  return greeting.heard() || told + greeting.instead() === ''
    ? null
    : { kind: 'lost', because: `the step could not be begun: ${told}${greeting.instead()}`.trim() }
}

/** The follower says `begun` before it passes the log on; without that it is an error that is printed. */
function greetingFor() {
  const expected = 'begun\n'
  let text = ''
  let heard = false
  return {
    heard: () => heard,
    instead: () => (heard ? '' : text),
    strip: (bytes: Buffer): Buffer => {
      if (heard) return bytes
      text = (text + bytes.toString('latin1')).slice(0, 100_000)
      heard = text.startsWith(expected)
      return heard ? Buffer.from(text.slice(expected.length), 'latin1') : Buffer.alloc(0)
    },
  }
}

function endIn(told: string): StepEnd | null {
  const [, code, oom] = /^exit (\d+) (oom|-)$/m.exec(told) ?? []
  if (code !== undefined) return { kind: 'exited', code: Number(code), oom: oom === 'oom' }
  return /^gone$/m.test(told)
    ? { kind: 'lost', because: 'the process that ran the step is gone, without an exit code' }
    : null
}

const unkept: Lost = {
  kind: 'lost',
  because: 'the end of the output is missing: it could not be written (is the disk full?)',
}

async function orNull(connecting: Promise<Attached>): Promise<Attached | null> {
  try {
    return await connecting
  } catch (error) {
    if (error instanceof EngineSilent || error instanceof GoneError) return null
    throw error
  }
}

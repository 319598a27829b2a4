import type { LogKey } from '../ports/logs.ts'
import type { Control } from './control.ts'
import { insist } from './insist.ts'
import { maskFor } from './mask.ts'
import type { Tools } from './tools.ts'

const flushBytes = 64 * 1024
const flushMs = 200

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
  /** Bytes that are stored already. */
  readonly offset: number
  /** What must not be shown. */
  readonly secrets?: readonly string[]
}

/** Appends from byte `offset` on, in pieces of 64 KiB or whatever came within 200 ms. */
export function logWriter(
  tools: Pick<Tools, 'logs' | 'clock' | 'log'>,
  control: Control,
  { claim, key, offset, secrets = [] }: Where,
): LogWriter {
  const mask = maskFor(secrets)
  let waiting: Uint8Array[] = []
  let size = 0
  let next = offset
  let stored: Promise<void> = Promise.resolve()
  let timer: AbortController | null = null

  const wait = (bytes: Uint8Array): void => {
    waiting.push(bytes)
    size += bytes.length
  }
  const append = (bytes: Uint8Array): Promise<void> => {
    const from = next
    next += bytes.length
    const write = () => tools.logs.append(claim, key, from, bytes)
    return insist('log', write, { control, ...tools })
  }
  const flush = (): Promise<void> => {
    timer?.abort()
    timer = null
    if (size === 0) return stored
    const bytes = Buffer.concat(waiting)
    waiting = []
    size = 0
    stored = stored.then(() => append(bytes))
    // Whoever writes next or ends hears of a failure; until then it is nobody's.
    stored.catch(() => undefined)
    return stored
  }
  const flushSoon = async (): Promise<void> => {
    const soon = new AbortController()
    timer = soon
    await tools.clock.sleep(flushMs, soon.signal)
    if (!soon.signal.aborted) flush().catch(() => undefined)
  }
  return {
    write: async (bytes) => {
      wait(mask.pass(bytes))
      if (size >= flushBytes) await flush()
      else if (!timer) void flushSoon()
    },
    end: () => {
      wait(mask.rest())
      return flush()
    },
  }
}

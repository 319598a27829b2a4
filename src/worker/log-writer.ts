import type { LogKey } from '../ports/logs.ts'
import type { Control } from './control.ts'
import { insist } from './insist.ts'
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

/** Appends from byte `offset` on, in pieces of 64 KiB or whatever came within 200 ms. */
export function logWriter(
  tools: Pick<Tools, 'logs' | 'clock' | 'log'>,
  control: Control,
  { claim, key, offset }: { claim: number; key: LogKey; offset: number },
): LogWriter {
  let waiting: Uint8Array[] = []
  let size = 0
  let next = offset
  let stored: Promise<void> = Promise.resolve()
  let timer: AbortController | null = null

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
      waiting.push(bytes)
      size += bytes.length
      if (size >= flushBytes) await flush()
      else if (!timer) void flushSoon()
    },
    end: flush,
  }
}

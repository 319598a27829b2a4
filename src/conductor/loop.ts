import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

export interface Loop {
  /** Resolves when the turn in hand has ended; none begins afterwards. */
  stop(): Promise<void>
}

interface LoopParts {
  readonly name: string
  /** One piece of work; true when there may be more at once. */
  readonly turn: () => Promise<boolean>
  /** How long to rest when there is nothing, in milliseconds. */
  readonly idleMs: () => Promise<number>
  /** Calls back on hints; returns the way to end that. */
  readonly subscribe: (wake: () => void) => () => void
  readonly clock: Clock
  readonly log: Log
}

/** A turn that failed is tried again after this long: the database may be restarting. */
const afterFailureMs = 500

/** Takes turns until stopped: at once while there is work, else after a hint or the idle time. */
export function loop({ name, turn, idleMs, subscribe, clock, log }: LoopParts): Loop {
  const stopped = new AbortController()
  let rest = new AbortController()
  let hinted = false
  const unsubscribe = subscribe(() => {
    hinted = true
    rest.abort()
  })
  const sleep = async (ms: number): Promise<void> => {
    rest = new AbortController()
    if (!hinted) await clock.sleep(ms, AbortSignal.any([rest.signal, stopped.signal]))
  }
  const attempt = async (): Promise<void> => {
    try {
      hinted = false
      if (!(await turn())) await sleep(await idleMs())
    } catch (error) {
      log.error({ loop: name, error: String(error) }, 'a turn failed; it is tried again')
      await clock.sleep(afterFailureMs, stopped.signal)
    }
  }
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) await attempt()
  }
  const running = run()
  return {
    stop: async () => {
      unsubscribe()
      stopped.abort()
      await running
    },
  }
}

interface EverySoParts {
  readonly name: string
  readonly turn: () => Promise<unknown>
  readonly everyMs: number
  readonly clock: Clock
  readonly log: Log
}

/** Does something at once and then at intervals, whatever comes of it. */
export function everySo({ name, turn, everyMs, clock, log }: EverySoParts): Loop {
  return loop({
    name,
    turn: async () => {
      await turn()
      return false
    },
    idleMs: () => Promise.resolve(everyMs),
    subscribe: () => () => undefined,
    clock,
    log,
  })
}

import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

/** Something that goes on until it is stopped. */
export interface Running {
  /** Resolves when what was under way has ended; nothing begins afterwards. */
  stop(): Promise<void>
}

interface Repeated {
  readonly name: string
  readonly everyMs: number
  readonly turn: (stopped: AbortSignal) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** Does something now and then, first at once. A turn that fails is logged and comes again. */
export function startEvery({ name, everyMs, turn, clock, log }: Repeated): Running {
  const stopped = new AbortController()
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await turn(stopped.signal).catch((error: unknown) =>
        log.warn({ task: name, error: String(error) }, 'a regular task failed; it comes again'),
      )
      await clock.sleep(everyMs, stopped.signal)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopped.abort()
      await running
    },
  }
}

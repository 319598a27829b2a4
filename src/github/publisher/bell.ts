import type { Clock } from '../../ports/clock.ts'

/** Wakes one sleeper; a ring while nobody sleeps is kept for the next. */
export interface Bell {
  readonly ring: () => void
  /** Until the bell rings, at most `ms`. */
  readonly wait: (ms: number) => Promise<void>
}

export function createBell(clock: Clock): Bell {
  let ringing = new AbortController()
  return {
    ring: () => ringing.abort(),
    wait: async (ms) => {
      await clock.sleep(ms, ringing.signal)
      ringing = new AbortController()
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { Clock } from './ports/clock.ts'

/** The machine's own time and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  newId: () => randomUUID(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done)
    }),
}

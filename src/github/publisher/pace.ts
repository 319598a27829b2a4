import type { Clock } from '../../ports/clock.ts'

/** Keeps one installation's writes below what GitHub allows in any minute. */
export interface Pace {
  /** Whether a write may begin now. */
  readonly ready: () => boolean
  /** Counts a write that is about to be sent. */
  readonly spend: () => void
}

/**
 * A third of a minute's writes may go at once, so that small pipelines are never slowed down; the rest
 * flows evenly. Together that is never more than `writesPerMinute`. Null: unpaced.
 */
export function createPace(writesPerMinute: number | null, clock: Clock): Pace {
  if (writesPerMinute === null) return { ready: () => true, spend: () => undefined }
  const burst = writesPerMinute / 3
  const perMs = (writesPerMinute - burst) / 60_000
  let left = burst
  let countedAt = clock.now()
  const refill = () => {
    const now = clock.now()
    left = Math.min(burst, left + Math.max(0, now - countedAt) * perMs)
    countedAt = now
  }
  return {
    ready: () => {
      refill()
      return left >= 1
    },
    spend: () => {
      refill()
      left--
    },
  }
}

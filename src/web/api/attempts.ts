/** Wrong tokens from one address within a minute; after that, strangers from there have to wait. */
const failuresAtMost = 20
const windowMs = 60_000
/** Entries that are kept of each kind; what is older is let go. */
const keptAtMost = 10_000

/**
 * Bounds how fast tokens can be guessed. Tokens that were right before are taken on, so that nobody who
 * shares an address (a proxy's, say) can shut the others out.
 */
export interface Attempts {
  /** Seconds to wait before this token may be tried from there; 0: none. */
  waitFor(address: string, token: string): number
  note(address: string, token: string, isRight: boolean): void
}

export function openAttempts(now: () => number): Attempts {
  const failures = new Map<string, { count: number; readonly until: number }>()
  const right = new Set<string>()
  return {
    waitFor: (address, token) => {
      const failed = failures.get(address)
      if (!failed || failed.until <= now() || failed.count < failuresAtMost) return 0
      return right.has(token) ? 0 : Math.ceil((failed.until - now()) / 1000)
    },
    note: (address, token, isRight) => {
      if (isRight) return keep(right, token)
      right.delete(token)
      const failed = failures.get(address)
      if (failed && failed.until > now()) failed.count += 1
      else {
        if (failures.size >= keptAtMost) failures.clear()
        failures.set(address, { count: 1, until: now() + windowMs })
      }
    },
  }
}

function keep(right: Set<string>, token: string): void {
  if (right.size >= keptAtMost) right.clear()
  right.add(token)
}

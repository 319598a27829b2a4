/** GitHub's clock, which tests can move: token and JWT ages are measured with it. */
export interface StandInClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Moves the clock on by `ms` (back, when negative). */
  advance(ms: number): void
}

/** A clock that runs with the machine's. */
export const startClock = (): StandInClock => {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    advance: (ms) => {
      ahead += ms
    },
  }
}

/** As GitHub writes times: seconds, no fraction. */
export const isoTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

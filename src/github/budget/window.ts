/** What was spent lately. A request counts from when it begins until its answer is older than the window. */
export interface Window {
  readonly most: number
  /** Counts a cost at once; call what is returned when the request has been answered. */
  begin(cost: number): () => void
  /** Counts what was spent before this process began to count. */
  spentAt(time: number, cost: number): void
  used(): number
}

interface Spent {
  readonly until: number
  readonly cost: number
}

/**
 * Nobody knows when GitHub counts a request that is under way. Counting it until a whole window after its
 * answer is right whenever that was. Nothing counts for longer than a window from now, also where the clock was
 * set back: what was spent by the old one would else shut an installation out until that time has come again.
 */
export function createWindow(most: number, windowMs: number, now: () => number): Window {
  let total = 0
  let spent: Spent[] = []
  const forget = (): void => {
    const time = now()
    const kept: Spent[] = []
    for (const { until, cost } of spent)
      if (until > time) kept.push({ until: Math.min(until, time + windowMs), cost })
      else total -= cost
    spent = kept
  }
  const add = (until: number, cost: number): void => {
    total += cost
    spent.push({ until, cost })
  }
  return {
    most,
    begin: (cost) => {
      total += cost
      return () => {
        total -= cost
        add(now() + windowMs, cost)
      }
    },
    spentAt: (time, cost) => add(time + windowMs, cost),
    used: () => {
      forget()
      return total
    },
  }
}

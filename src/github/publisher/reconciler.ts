import type { Checks } from '../../ports/checks.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type Running, startEvery } from '../running.ts'

interface Reconciling {
  readonly checks: Pick<Checks, 'open' | 'touch'>
  readonly clock: Clock
  readonly log: Log
  readonly everyMs: number
}

/** Looking at a check costs one request of the 5,000 that an installation has in an hour. */
const checksAtOnce = 100

/**
 * Makes checks due that are open on GitHub, some at a time, so that the publisher looks whether they
 * still are what we think: none stays stuck, and none gets so old that GitHub calls it stale.
 */
export function startReconciler({ checks, clock, log, everyMs }: Reconciling): Running {
  let last = ''
  const turn = async (): Promise<void> => {
    const rows = await checks.open()
    const keys = nextKeys(
      rows.filter((row) => row.current !== null).map((row) => row.key),
      last,
    )
    last = keys.at(-1) ?? ''
    if (keys.length > 0) await checks.touch(keys)
  }
  return startEvery({ name: 'reconcile checks', everyMs, turn, clock, log })
}

/** The keys after `last`, and from the beginning again after the end. */
export function nextKeys(keys: readonly string[], last: string): readonly string[] {
  const sorted = [...new Set(keys)].toSorted()
  const from = sorted.findIndex((key) => key > last)
  return [...sorted.slice(Math.max(from, 0)), ...sorted.slice(0, Math.max(from, 0))].slice(
    0,
    checksAtOnce,
  )
}

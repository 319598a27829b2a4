import type { Clock } from '../ports/clock.ts'
import { type Fetched, trouble } from './fetched.ts'

export interface PatienceSettings {
  readonly clock: Clock
  /** How long to rest before each further try, in milliseconds. */
  readonly pausesMs: readonly number[]
}

/** Tries again what may pass. `place` is who is asked. */
export type Patience = (place: string, attempt: () => Promise<Fetched>) => Promise<Fetched>

/**
 * Makes the patience of one request, from the moment on when it is made. A request that was waiting for
 * its turn when a place failed through all tries of another is told the same: a config with many orbs
 * waits for a dead registry once, not once for each. Who comes later tries anew.
 */
export function createPatience({ clock, pausesMs }: PatienceSettings): () => Patience {
  const failures = new Map<string, { readonly after: number; readonly because: string }>()
  let requests = 0
  return () => {
    requests += 1
    const request = requests
    return async (place, attempt) => {
      const failure = failures.get(place)
      if (failure && request <= failure.after) return trouble(failure.because, true)
      const fetched = await tried(attempt, pausesMs, clock)
      if (mayPass(fetched)) failures.set(place, { after: requests, because: fetched.because })
      return fetched
    }
  }
}

async function tried(
  attempt: () => Promise<Fetched>,
  pausesMs: readonly number[],
  clock: Clock,
): Promise<Fetched> {
  let fetched = await attempt()
  for (const pause of pausesMs) {
    if (!mayPass(fetched)) break
    await clock.sleep(pause)
    fetched = await attempt()
  }
  return fetched
}

const mayPass = (fetched: Fetched): fetched is Extract<Fetched, { readonly kind: 'trouble' }> =>
  fetched.kind === 'trouble' && fetched.passing

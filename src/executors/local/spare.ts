/**
 * One environment kept ready, so that the next job need not wait until one is made. It is made as all are,
 * knows nothing of any task, and becomes a task's by being renamed: only one can have it. Until then it
 * ends with this process.
 */
import { rename } from 'node:fs/promises'
import type { EnvironmentSpec } from '../../ports/executor.ts'
import type { Log } from '../../ports/log.ts'
import { removeAbandoned } from './abandoned.ts'
import { describe, openEnvironment, removeEnvironment } from './environment.ts'
import { isOpen, type WaitingKeeper } from './keeper.ts'
import type { Machine } from './machine.ts'
import { newOwnId, newPlaces, type Places, placesOf } from './places.ts'

export interface Shelf {
  /** Gives the spare environment to the task of `spec`; null when there is none that can be used. */
  take(spec: EnvironmentSpec): Promise<Places | null>
  /** Makes one when nothing was asked of this executor for a moment. */
  restock(machine: Machine): void
  /** Removes what is there and makes no more. */
  close(): Promise<void>
}

interface Spare {
  readonly machine: Machine
  readonly places: Places
  readonly keeper: WaitingKeeper
}

interface Times {
  /** Making one must not slow down the job that has just begun. */
  readonly quietMs: number
  /** An older one would not see what was mounted since, and hold what was to be unmounted. */
  readonly freshMs: number
}

const usualTimes: Times = { quietMs: 50, freshMs: 60_000 }

export function createShelf(log: Log, times = usualTimes): Shelf {
  /** Also while it is made, since to wait for it is quicker than to begin another; also where that failed. */
  let spare: Promise<Spare> | null = null
  let background = Promise.resolve()
  let closed = false
  const timers: { quiet?: NodeJS.Timeout; old?: NodeJS.Timeout } = {}
  const failed = (error: unknown): null => {
    log.debug({ error: String(error) }, 'no environment could be kept ready')
    return null
  }
  /** One thing after the other; it keeps no process from ending. */
  const later = (ms: number, work: () => Promise<void>): NodeJS.Timeout =>
    setTimeout(() => {
      background = background.then(work).catch((error: unknown) => void failed(error))
    }, ms).unref()
  const taken = (): Promise<Spare> | null => {
    const one = spare
    spare = null
    clearTimeout(timers.old)
    return one
  }
  const throwAway = async (): Promise<void> => {
    const one = await taken()?.catch(failed)
    if (one) await removeEnvironment(one.machine, one.places)
  }
  const make = async (machine: Machine): Promise<void> => {
    await clearAway(machine, log)
    if (spare || closed) return
    const making = openSpare(machine)
    spare = making
    await making
    if (spare === making) timers.old = later(times.freshMs, throwAway)
  }
  return {
    take: async (spec) => {
      const one = taken()
      return one && one.then((made) => assign(made, spec)).catch(failed)
    },
    restock: (machine) => {
      clearTimeout(timers.quiet)
      if (!closed) timers.quiet = later(times.quietMs, () => make(machine))
    },
    close: async () => {
      closed = true
      clearTimeout(timers.quiet)
      await background
      await throwAway()
    },
  }
}

/** Two processes may be at the same one: who fails at it can make a new one nevertheless. */
const clearAway = (machine: Machine, log: Log): Promise<void> =>
  removeAbandoned(machine).catch((error: unknown) =>
    log.debug({ error: String(error) }, 'an abandoned environment was not removed'),
  )

async function openSpare(machine: Machine): Promise<Spare> {
  const places = newPlaces(machine.dataDir, newOwnId('spare'))
  try {
    return { machine, places, keeper: await openEnvironment(machine, places) }
  } catch (error) {
    await removeEnvironment(machine, places)
    throw error
  }
}

/**
 * The name is the task's before the keeper is told: wherever we are killed in between, the keeper ends.
 * Null when the keeper had ended already.
 */
async function assign(
  { machine, places, keeper }: Spare,
  spec: EnvironmentSpec,
): Promise<Places | null> {
  const assigned = placesOf(machine.dataDir, spec.id, places.name)
  try {
    await describe(places, spec)
    await rename(places.kept, assigned.kept)
  } catch (error) {
    await removeEnvironment(machine, places)
    throw error
  }
  keeper.begin(spec.id, spec.lifetimeMs)
  if (await isOpen(assigned)) return assigned
  await removeEnvironment(machine, assigned)
  return null
}

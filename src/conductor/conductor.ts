/**
 * Events in, effects out: the only caller of the engine and the compiler.
 *
 * Its loops are woken by hints and by a poll of a second as the floor: events are taken from the inbox
 * and decided (`advance`), effects that leave the database are carried out (`carry-out`), the watch looks
 * for workers that are gone (`watch`), and schedules put events (`schedules`). Any number of processes may run a conductor; the
 * database lets each event and effect go to one of them.
 */
import type { Conveyor } from '../ports/inbox.ts'
import type { Schedules } from '../ports/schedules.ts'
import type { Tasks } from '../ports/tasks.ts'
import type { Wake } from '../ports/wake.ts'
import { advance } from './advance.ts'
import { type CarryParts, carryOut } from './carry-out.ts'
import { everySo, type Loop, loop } from './loop.ts'
import { fireSchedules } from './schedules.ts'

export interface ConductorParts extends CarryParts {
  readonly conveyor: Conveyor
  readonly schedules: Schedules
  readonly tasks: Pick<Tasks, 'reap'>
  readonly wake: Wake
}

/** Pipelines advance side by side; one pipeline never does, the store sees to that. */
const takers = 4
/** Effects wait for GitHub, so many may be under way at once. */
const carriers = 16
const pollMs = 1000

/** Starts conducting. `stop` ends after the work in hand is done and durable. */
export function startConductor(parts: ConductorParts): { stop(): Promise<void> } {
  const carrier: Carrier = { inHand: new Set(), wake: () => undefined }
  const loops: readonly Loop[] = [
    ...takerLoops(parts),
    loop({
      name: 'outbox',
      turn: () => carryMore(parts, carrier),
      idleMs: () => Promise.resolve(pollMs),
      subscribe: (wake) => {
        carrier.wake = wake
        return parts.wake.on('outbox', wake)
      },
      ...parts,
    }),
    everySo({ name: 'watch', turn: () => parts.tasks.reap(), everyMs: pollMs, ...parts }),
    loop({
      name: 'schedules',
      turn: () => fireSchedules(parts),
      idleMs: () => Promise.resolve(pollMs),
      subscribe: () => () => undefined,
      ...parts,
    }),
  ]
  return {
    stop: async () => {
      await Promise.all(loops.map((one) => one.stop()))
      await Promise.all(carrier.inHand)
    },
  }
}

interface Taker {
  busy: boolean
  wake: () => void
}

/**
 * A hint wakes one taker that rests, and whoever takes an event wakes the next: a single event costs one
 * look at the inbox, a burst has all takers at work. (Waking all for each event doubled its latency.)
 */
function takerLoops(parts: ConductorParts): readonly Loop[] {
  const all = Array.from({ length: takers }, (): Taker => ({ busy: false, wake: () => undefined }))
  const wakeOne = () => (all.find((taker) => !taker.busy) ?? all[0])?.wake()
  const unsubscribe = parts.wake.on('inbox', wakeOne)
  return all.map((taker) =>
    loop({
      name: 'inbox',
      turn: () => takeOne(parts, taker, wakeOne),
      idleMs: () => parts.conveyor.untilDue(pollMs),
      subscribe: (wake) => {
        taker.wake = wake
        return unsubscribe
      },
      ...parts,
    }),
  )
}

async function takeOne({ conveyor }: ConductorParts, taker: Taker, wakeOne: () => void) {
  try {
    return await conveyor.take((taken) => {
      taker.busy = true
      wakeOne()
      return advance(taken)
    })
  } finally {
    taker.busy = false
  }
}

interface Carrier {
  /** Effects that are being carried out; none of them rejects. */
  readonly inHand: Set<Promise<void>>
  wake: () => void
}

/**
 * Takes effects up, as many as hands are free, and does not wait for them: one that a registry or GitHub
 * keeps waiting holds up no other. True when more may be waiting.
 */
async function carryMore(parts: ConductorParts, { inHand, wake }: Carrier): Promise<boolean> {
  const free = carriers - inHand.size
  if (free === 0) return false
  const effects = await parts.outbox.lease(free)
  for (const effect of effects) {
    const work = carryOut(parts, effect)
      .catch((error: unknown) => {
        // Not even its failure could be noted: it is given out again when its lease is over.
        parts.log.error(
          { effect: effect.effect.type, error: String(error) },
          'an effect was let go',
        )
      })
      .finally(() => {
        const wasFull = inHand.size >= carriers
        inHand.delete(work)
        if (wasFull) wake()
      })
    inHand.add(work)
  }
  return effects.length > 0
}

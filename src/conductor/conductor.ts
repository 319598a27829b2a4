/**
 * Events in, effects out: the only caller of the engine and the compiler.
 *
 * Four loops, each woken by a hint and by a poll of a second as the floor: events are taken from the
 * inbox and decided (`advance`), effects that leave the database are carried out (`carry-out`), and the
 * watch looks for workers that are gone (`watch`). Any number of processes may run a conductor; the
 * database lets each event and effect go to one of them.
 */
import type { Conveyor } from '../ports/inbox.ts'
import type { Tasks } from '../ports/tasks.ts'
import type { Topic, Wake } from '../ports/wake.ts'
import { advance } from './advance.ts'
import { type CarryParts, carryOut } from './carry-out.ts'
import { everySo, type Loop, loop } from './loop.ts'

export interface ConductorParts extends CarryParts {
  readonly conveyor: Conveyor
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
  const onWake = (topic: Topic) => (wake: () => void) => parts.wake.on(topic, wake)
  const loops: readonly Loop[] = [
    ...Array.from({ length: takers }, () =>
      loop({
        name: 'inbox',
        turn: () => parts.conveyor.take((taken) => advance(taken)),
        idleMs: () => parts.conveyor.untilDue(pollMs),
        subscribe: onWake('inbox'),
        ...parts,
      }),
    ),
    loop({
      name: 'outbox',
      turn: () => carryAll(parts),
      idleMs: () => Promise.resolve(pollMs),
      subscribe: onWake('outbox'),
      ...parts,
    }),
    everySo({ name: 'watch', turn: () => parts.tasks.reap(), everyMs: pollMs, ...parts }),
  ]
  return {
    stop: async () => {
      await Promise.all(loops.map((one) => one.stop()))
    },
  }
}

/** True when effects were carried out and more may be waiting. */
async function carryAll(parts: ConductorParts): Promise<boolean> {
  const effects = await parts.outbox.lease(carriers)
  await Promise.all(effects.map((effect) => carryOut(parts, effect)))
  return effects.length > 0
}

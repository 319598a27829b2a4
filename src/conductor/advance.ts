import { decide, needsOf } from '../engine/engine.ts'
import type { Taken } from '../ports/inbox.ts'

/** More questions than any decision can have: a decision that goes on asking is our bug, not a loop. */
const roundsAtMost = 10_000

/** One event: what it touches is read, the engine decides, and everything is saved with its removal. */
export async function advance(taken: Taken): Promise<void> {
  const { event } = taken
  let slice = await taken.load(needsOf(event))
  for (let round = 0; round < roundsAtMost; round++) {
    const decision = decide(slice, event)
    if (decision.kind === 'decided') return taken.save(decision.changes, decision.effects)
    slice = await taken.load(decision.needs)
  }
  throw new Error(`the engine did not come to a decision about ${event.type}`)
}

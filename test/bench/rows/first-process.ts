import { type Floors, sum } from '../floors.ts'
import { chain, configOf } from '../graph.ts'
import { atMost, type Line } from '../line.ts'
import { measure } from '../measure.ts'
import type { Place } from '../place.ts'
import { concluded, push, stamp, stamped } from '../pushes.ts'

const times = { warmUp: 4, runs: 15 }

/** From the 2xx for a push to the first command of its only job. */
export async function firstProcess(place: Place, floors: Floors): Promise<readonly Line[]> {
  const copy = await place.repository('first-process')
  const figure = await measure(times, async () => {
    const { sha, run } = await push(copy, (name) => configOf(chain(1, () => stamp(place, name))))
    await concluded(place, sha)
    return (await stamped(place, run)) - place.relay.answered(sha)
  })
  const floor = sum(floors, ['roundTrip', 'transaction', 'spawn'])
  return [{ name: 'push answered → first process', figure, floor, aim: atMost(50) }]
}

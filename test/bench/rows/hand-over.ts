import { type Floors, sum } from '../floors.ts'
import { chain, configOf } from '../graph.ts'
import type { Line } from '../line.ts'
import { measure, type Times } from '../measure.ts'
import type { Place } from '../place.ts'
import { concluded, push, stamp, stamped } from '../pushes.ts'

/** From the last command of a job to the first command of the job that waits for it. */
export async function handOver(place: Place, floors: Floors): Promise<readonly Line[]> {
  const floor = sum(floors, ['transaction', 'spawn'])
  const pair = await gaps(place, 2, { warmUp: 4, runs: 15 })
  const ten = await gaps(place, 10, { warmUp: 1, runs: 5 })
  return [
    { name: 'job’s end → dependent’s start', figure: pair, floor },
    { name: 'the same along a chain of 10', figure: ten, floor },
  ]
}

async function gaps(place: Place, length: number, times: Times) {
  const copy = await place.repository(`chain-of-${length}`)
  return measure(times, async () => {
    const { sha, run } = await push(copy, (name) =>
      // Two commands a job: the first and the last, though between them is nothing.
      configOf(
        chain(
          length,
          (at) => `${stamp(place, `${name} begin${at}`)}
${stamp(place, `${name} end${at}`)}`,
        ),
      ),
    )
    await concluded(place, sha)
    return Promise.all(Array.from({ length: length - 1 }, (_, at) => gapAfter(place, run, at)))
  })
}

const gapAfter = async (place: Place, run: string, at: number): Promise<number> =>
  (await stamped(place, `${run} begin${at + 1}`)) - (await stamped(place, `${run} end${at}`))

import { type Floors, sum } from '../floors.ts'
import { chain, configOf } from '../graph.ts'
import { atMost, type Line } from '../line.ts'
import { measure, type Spread, type Times } from '../measure.ts'
import type { Place } from '../place.ts'
import { concluded, push, stamp, stamped } from '../pushes.ts'

/** From the last command of a job to the first command of the job that waits for it. */
export async function handOver(place: Place, floors: Floors): Promise<readonly Line[]> {
  const floor = sum(floors, ['transaction', 'spawn'])
  // Long enough that what the push and the job's own start have set going is over by its end.
  const pair = await gaps(place, { length: 2, seconds: 0.3 }, { warmUp: 4, runs: 15 })
  const ten = await gaps(place, { length: 10, seconds: 0 }, { warmUp: 1, runs: 5 })
  return [
    { name: 'job’s end → dependent’s start', figure: pair, floor, aim: atMost(10) },
    { name: 'the same in a chain of 10 jobs that do nothing', figure: ten, floor },
  ]
}

interface Chain {
  readonly length: number
  /** How long each job takes. */
  readonly seconds: number
}

async function gaps(place: Place, shape: Chain, times: Times): Promise<Spread> {
  return measure(times, await handOvers(place, shape))
}

/** Returns what pushes a chain, and resolves with the milliseconds between its jobs. */
export async function handOvers(
  place: Place,
  { length, seconds }: Chain,
): Promise<() => Promise<readonly number[]>> {
  const copy = await place.repository(`chain-of-${length}-${repositories++}`)
  const command = (run: string, at: number): string =>
    [
      stamp(place, beginOf(run, at)),
      ...(seconds > 0 ? [`sleep ${seconds}`] : []),
      stamp(place, endOf(run, at)),
    ].join('\n')
  return async () => {
    const { sha, run } = await push(copy, (name) =>
      configOf(chain(length, (at) => command(name, at))),
    )
    await concluded(place, sha)
    return Promise.all(Array.from({ length: length - 1 }, (_, at) => gapAfter(place, run, at)))
  }
}

let repositories = 0

const gapAfter = async (place: Place, run: string, at: number): Promise<number> =>
  (await stamped(place, beginOf(run, at + 1))) - (await stamped(place, endOf(run, at)))

const beginOf = (run: string, at: number): string => `${run} begin${at}`
const endOf = (run: string, at: number): string => `${run} end${at}`

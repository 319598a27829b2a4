import { bashTrue } from '../floors.ts'
import { configOfJobs } from '../graph.ts'
import { atMost, type Line } from '../line.ts'
import { measureInTurns, timed } from '../measure.ts'
import type { Place } from '../place.ts'
import { concluded, push, stamp, stamped } from '../pushes.ts'

const steps = 21

/** From the command of a step to that of the next one, beside the start of a process alone. */
export async function stepOverhead(place: Place): Promise<readonly Line[]> {
  const copy = await place.repository('steps')
  const job = (run: string) => ({
    name: 'job',
    requires: [],
    steps: Array.from({ length: steps }, (_, at) => ({ run: stamp(place, `${run} step${at}`) })),
  })
  const gaps = async (): Promise<readonly number[]> => {
    const { sha, run } = await push(copy, (name) => configOfJobs([job(name)]))
    await concluded(place, sha)
    const times = await Promise.all(
      Array.from({ length: steps }, (_, at) => stamped(place, `${run} step${at}`)),
    )
    return times.slice(1).map((time, at) => time - (times[at] ?? 0))
  }
  const spawns = async (): Promise<readonly number[]> => {
    const samples: number[] = []
    while (samples.length < steps) samples.push(await timed(bashTrue))
    return samples
  }
  const [figure, floor] = await measureInTurns({ warmUp: 1, runs: 5 }, gaps, spawns)
  return [
    {
      name: 'a step that does nothing, start to start',
      figure,
      floor: { name: 'spawn of bash `true`', value: floor.median },
      aim: atMost(10, 'added'),
    },
  ]
}

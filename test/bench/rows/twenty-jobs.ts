import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { configOf, fan, makefileOf } from '../graph.ts'
import type { Line } from '../line.ts'
import { measure, type Spread, timed } from '../measure.ts'
import { concurrency, type Place } from '../place.ts'
import { concluded, push } from '../pushes.ts'

const execute = promisify(execFile)
const graph = fan(18, 'true')

/** A graph of 20 jobs that do nothing, from the 2xx for the push to the concluded `sluice` check. */
export async function twentyJobs(place: Place): Promise<readonly Line[]> {
  const copy = await place.repository('twenty-jobs')
  const figure = await measure({ warmUp: 2, runs: 7 }, async () => {
    const { sha } = await push(copy, () => configOf(graph))
    return (await concluded(place, sha)) - place.relay.answered(sha)
  })
  const makefile = join(copy.directory, 'Makefile')
  await writeFile(makefile, makefileOf(graph))
  const name = `20 jobs of \`true\`, ${concurrency} at once → concluded`
  const against = async (flag: string): Promise<Line> => {
    const { median } = await make(makefile, flag)
    return { name, figure, floor: { name: `make ${flag}`, value: median } }
  }
  return [await against('-j2'), await against('-j')]
}

const make = (makefile: string, flag: string): Promise<Spread> =>
  measure({ warmUp: 3, runs: 20 }, () => timed(() => execute('make', [flag, '-f', makefile])))

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { zstdDecompressSync } from 'node:zlib'
import { images, startEngine, type TestEngine } from '../../support/docker-engine.ts'
import { chain, configOf, configOfJobs } from '../graph.ts'
import { atMost, type Line } from '../line.ts'
import { measureInTurns, timed } from '../measure.ts'
import { openPlace, type Place } from '../place.ts'
import { concluded, push } from '../pushes.ts'

const execute = promisify(execFile)
const steps = 11
const jobs = 4
const image = images.debian

/** Steps beside `docker exec` and jobs beside `docker run`, on an engine of our own. */
export async function onDocker(): Promise<readonly Line[]> {
  await using stack = new AsyncDisposableStack()
  const engine = await startEngine(skipped)
  if (!engine) return []
  stack.defer(() => engine.close())
  const command = commandOf(engine)
  const problem = await command('version').then(() => null, String)
  if (problem !== null) {
    skipped(`the command docker does not work: ${problem}`)
    return []
  }
  const place = await openPlace(stack, { SLUICE_EXECUTOR: 'docker', DOCKER_HOST: engine.host })
  return [await stepLine(place, command), await jobLine(place, command)]
}

/** Not on standard output: that may be for a program. */
const skipped = (why: string): void => console.error(`no rows with a Docker engine: ${why}`)

type Command = (...words: readonly string[]) => Promise<string>

const commandOf =
  ({ host }: TestEngine): Command =>
  async (...words) =>
    (await execute('docker', ['--host', host, ...words])).stdout.trim()

async function stepLine(place: Place, command: Command): Promise<Line> {
  const copy = await place.repository('docker-steps')
  const config = (run: string): string => {
    const commands = Array.from({ length: steps }, (_, at) => ({ run: said(run, at) }))
    return configOfJobs([{ name: 'job', requires: [], steps: commands }], image)
  }
  const container = await command('run', '--detach', '--network=none', image, 'sleep', '1d')
  const exec = (): Promise<unknown> => command('exec', container, 'bash', '-c', 'true')
  const [figure, floor] = await measureInTurns(
    { warmUp: 1, runs: 5 },
    async () => gapsOf(place, await ended(place, await push(copy, config)), steps),
    async () => [await timed(exec), await timed(exec), await timed(exec)],
  )
  return {
    name: 'a step that does nothing on Docker, start to start',
    figure,
    floor: { name: 'docker exec of bash `true`', value: floor.median },
    aim: atMost(2, 'ratio'),
  }
}

async function jobLine(place: Place, command: Command): Promise<Line> {
  const copy = await place.repository('docker-jobs')
  const config = (run: string): string =>
    configOf(
      chain(jobs, (at) => said(run, at)),
      image,
    )
  await command('network', 'create', 'bench')
  const run = (): Promise<unknown> =>
    command('run', '--rm', '--init', '--network=bench', image, 'bash', '-c', 'true')
  const [figure, floor] = await measureInTurns(
    { warmUp: 1, runs: 4 },
    async () => gapsOf(place, await ended(place, await push(copy, config)), jobs),
    async () => [await timed(run), await timed(run)],
  )
  return {
    name: 'a job that does nothing on Docker, start to start',
    figure,
    floor: { name: 'docker run of bash `true`', value: floor.median },
  }
}

/** The container reaches nobody of ours, so it says in its log when the command ran. */
const said = (run: string, at: number): string => `echo "${run} at${at} $EPOCHREALTIME"`

async function ended(place: Place, { sha, run }: { sha: string; run: string }): Promise<string> {
  await concluded(place, sha)
  return run
}

/** Milliseconds between the commands of a run that say when they ran. */
async function gapsOf(place: Place, run: string, count: number): Promise<readonly number[]> {
  const { rows } = await place.database.query('select zstd from log_chunk where length < 4096')
  const text = rows.map(({ zstd }) => zstdDecompressSync(zstd).toString()).join('')
  const times = Array.from({ length: count }, (_, at) => {
    const time = new RegExp(`^${run} at${at} (\\S+)$`, 'm').exec(text)?.[1]
    if (time === undefined) throw new Error(`${run} did not say when it was at ${at}`)
    return Number(time) * 1000
  })
  return times.slice(1).map((time, at) => time - (times[at] ?? 0))
}

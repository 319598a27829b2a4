import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import {
  type EnvironmentHandle,
  EnvironmentLost,
  type FurnishedFile,
} from '../../ports/executor.ts'
import type { Timing } from '../../ports/test-results.ts'
import { packed } from '../packed.ts'

/** The command that jobs call `circleci` or `circleci-agent`. */
const program = readFileSync(new URL('circleci.sh', import.meta.url), 'utf8')

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * What the variables of every step say about the command. It comes last in PATH: the real command line
 * tool, where an image has it, passes on to `circleci-agent` what is only to be had in jobs.
 */
export function shimVariables(environment: EnvironmentHandle): Readonly<Record<string, string>> {
  const directory = directoryIn(environment)
  return {
    PATH: `${environment.env['PATH'] ?? usualPath}:${directory}/bin`,
    CIRCLE_INTERNAL_TASK_DATA: directory,
  }
}

/** Below the TMPDIR of a job. */
const ownName = '.circleci'

const filesWith = (timings: readonly Timing[]) => [
  { path: 'bin/circleci', text: program, mode: 0o755 },
  { path: 'bin/circleci-agent', text: program, mode: 0o755 },
  { path: 'circle-test-results/results.json', text: resultsOf(timings), mode: 0o644 },
]

/** The command, for executors that furnish their environments with it before a job asks for one. */
export const shimFurnishing = (): readonly FurnishedFile[] =>
  filesWith([]).map((file) => ({ ...file, path: `${ownName}/${file.path}` }))

/** Puts the command into the environment, with the times that tests took for `tests split`; again if asked again. */
export async function installShim(
  environment: EnvironmentHandle,
  timings: readonly Timing[],
): Promise<void> {
  if (environment.furnished && timings.length === 0) return
  await environment.putTar(directoryIn(environment), Readable.from(packed(filesWith(timings))))
}

/** Whether a step has called `circleci step halt`. */
export async function isHalted(environment: EnvironmentHandle): Promise<boolean> {
  const directory = directoryIn(environment)
  if (environment.exists) return environment.exists(`${directory}/halt`)
  try {
    return (await environment.listFiles(directory)).some(({ path }) => path === 'halt')
  } catch (error) {
    if (error instanceof EnvironmentLost) throw error
    // The job has removed the directory, and with it what the command could have left there.
    return false
  }
}

/** Where temporary files belong, since every job can write there. */
const directoryIn = (environment: EnvironmentHandle): string =>
  environment.resolve(`${environment.env['TMPDIR'] ?? '/tmp'}/${ownName}`)

/** The newest time of each test, a line a test, in the form that CircleCI's own file has. */
function resultsOf(timings: readonly Timing[]): string {
  const newest = new Map<string, string>()
  for (const { name, classname, file, seconds } of timings) {
    const key = JSON.stringify([file, classname, name])
    const test = { classname, file: file ?? '', name, run_time: seconds }
    if (!newest.has(key)) newest.set(key, JSON.stringify(test))
  }
  return `{"tests":[\n${[...newest.values()].join(',\n')}\n]}\n`
}

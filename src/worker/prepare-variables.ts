import { type EnvironmentHandle, EnvironmentLost } from '../ports/executor.ts'
import type { Timing } from '../ports/test-results.ts'
import { isEnded } from './course.ts'
import { patiently } from './insist.ts'
import { tellLines } from './own-log.ts'
import { reasonOf } from './reason.ts'
import { installShim } from './shim/shim.ts'
import { variablesIndex } from './step-index.ts'
import type { TaskRun } from './task-run.ts'
import { type Layer, layersOf, merged, type Variables } from './variables.ts'

/** Name of the step as CircleCI shows it. */
const preparing = 'Preparing environment variables'

export interface Prepared {
  readonly variables: Variables
  /** Resolves when the command `circleci` is there for the steps; rejects when the environment is lost. */
  readonly ready: Promise<void>
}

/** Says which variables the steps get, with their values where those are no secrets; a step of the job. */
export async function prepareVariables(
  run: TaskRun,
  environment: EnvironmentHandle,
): Promise<Prepared> {
  const known = run.course.known.get(variablesIndex)
  const isTold = known !== undefined && isEnded(known)
  const installed = isTold ? Promise.resolve([]) : install(run, environment)
  const ready = installed.then(() => undefined)
  // Whoever waits for it hears of it; a job without commands need not.
  ready.catch(() => undefined)
  const layers = await layersFor(run, environment)
  if (!isTold) record(run, tell(run, linesOf(layers), installed))
  return { variables: merged(layers), ready }
}

async function layersFor(
  { tools, task, control, secrets }: TaskRun,
  environment: EnvironmentHandle,
): Promise<readonly Layer[]> {
  const job = { jobId: task.jobId, repositoryId: task.trigger.repository.id }
  const number = () => tools.buildNumbers.of(job)
  const build = await patiently('build number', number, { ...tools, control })
  return layersOf({ task, tools, environment, build, stored: secrets.layers })
}

/** What the job must know about it, as lines of the log: none when all is well. */
async function install(run: TaskRun, environment: EnvironmentHandle): Promise<readonly string[]> {
  const { tools, control, task } = run
  try {
    await installShim(environment, await timingsFor(run))
    return []
  } catch (error) {
    control.letGo.throwIfAborted()
    if (error instanceof EnvironmentLost) throw error
    tools.log.warn({ task: task.taskId, error: String(error) }, 'the command circleci is missing')
    return [`The command circleci could not be put into the environment: ${reasonOf(error)}`]
  }
}

/** Only who shares tests with others needs them, and can do without. */
async function timingsFor({ tools, task }: TaskRun): Promise<readonly Timing[]> {
  if (task.total === 1) return []
  const { trigger, jobName, jobId } = task
  try {
    return await tools.testResults.timings({ repositoryId: trigger.repository.id, jobName, jobId })
  } catch (error) {
    tools.log.warn({ task: task.taskId, error: String(error) }, 'no timings of tests were found')
    return []
  }
}

async function tell(
  run: TaskRun,
  lines: readonly string[],
  installed: Promise<readonly string[]>,
): Promise<void> {
  const more = await installed.catch((error: unknown) => [reasonOf(error)])
  await tellLines(run, variablesIndex, [...lines, ...more])
}

/** On record only when everything is done, so that a restart either finds all of it or does it again. */
function record({ journal, task, tools }: TaskRun, told: Promise<void>): void {
  const { taskId } = task
  const now = tools.clock.now()
  const times = { startedAt: now, endedAt: now }
  const state = { status: 'success', ...times, exitCode: null, message: null } as const
  const step = { name: preparing, type: 'environment', when: 'on_success' } as const
  journal.record({ taskId, index: variablesIndex, ...step, state }, told)
}

const linesOf = (layers: readonly Layer[]): readonly string[] =>
  layers.flatMap(({ title, values, secret }) => {
    const lines = Object.entries(values).map(
      ([name, value]) => `  ${name}=${secret ? '****' : oneLine(value)}`,
    )
    return lines.length === 0 ? [] : [`${title}:`, ...lines]
  })

/** Values may hold anything: line ends, and what a terminal takes for commands. */
const oneLine = (value: string): string =>
  /[\p{Cc}\p{Cf}]/u.test(value) ? JSON.stringify(value) : value

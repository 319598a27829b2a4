import { unreachable } from '../model/result.ts'
import type { Step, StepWhen } from '../model/step.ts'
import type { EnvironmentHandle } from '../ports/executor.ts'
import { type Background, beginBackground } from './background.ts'
import { endIn, isEnded } from './course.ts'
import { patiently } from './insist.ts'
import { atTheBeginning, logWriter } from './log-writer.ts'
import { type Prepared, prepareVariables } from './prepare-variables.ts'
import { endedState, record, recordBegin } from './records.ts'
import { engineRefusal } from './remote-docker.ts'
import { type Halts, haltsOf } from './shim/halts.ts'
import { indexOf } from './step-index.ts'
import type { StepContext } from './steps/step.ts'
import { perform } from './steps/steps.ts'
import type { TaskRun } from './task-run.ts'
import type { Variables } from './variables.ts'

/** Runs the steps in their order, each as what happened before it allows; without an environment, none. */
export async function runSteps(run: TaskRun, opened: EnvironmentHandle | null): Promise<void> {
  const at = opened && !run.course.over() ? await readyIn(run, opened) : null
  const background: Background[] = []
  for (const [position, step] of run.task.body.steps.entries()) {
    const index = indexOf(position)
    const known = run.course.known.get(index)
    if (known && isEnded(known)) {
      if (!inBackground(step)) run.course.note(step.name, endIn(known))
      if (at) suspect(at.halts, step)
    } else if (!at || !(await mayRun(run, at, step, index))) {
      skip(run, step, index)
    } else {
      if (step.type === 'run') await at.ready
      const { environment } = at
      const variables = { ...at.variables, ...engineVariables(run, environment, position) }
      const context = await contextOf(run, { environment, index, variables })
      if (inBackground(step)) background.push(await beginBackground(run, context, step))
      else await runStep(run, context, step)
      suspect(at.halts, step)
    }
  }
  await Promise.all(background.map((one) => one.stop()))
}

/** Once a step has asked for a Docker engine, or from the beginning where a machine has one. */
function engineVariables(
  { task, tools }: TaskRun,
  environment: EnvironmentHandle,
  position: number,
): Variables {
  const asked = task.body.steps
    .slice(0, position)
    .some(({ type }) => type === 'setup_remote_docker')
  const usual =
    task.body.runsIn.kind === 'machine' && engineRefusal({ tools, task }, environment) === null
  return usual || asked ? (environment.engine?.variables ?? {}) : {}
}

/** Whether every step is on record, so that the outcome is known without the environment. */
export const allEnded = ({ task, course }: TaskRun): boolean =>
  task.body.steps.every((_step, position) => {
    const known = course.known.get(indexOf(position))
    return known !== undefined && isEnded(known)
  })

interface Ready extends Prepared {
  readonly environment: EnvironmentHandle
  readonly halts: Halts
}

const readyIn = async (run: TaskRun, environment: EnvironmentHandle): Promise<Ready> => ({
  ...(await prepareVariables(run, environment)),
  environment,
  halts: haltsOf(environment),
})

function suspect(halts: Halts, step: Step): void {
  if (step.type === 'run') halts.suspect(step.background ? 'on' : 'once')
}

/** What had begun before the job was asked to end comes to its own end. */
async function mayRun(run: TaskRun, { halts }: Ready, step: Step, index: number): Promise<boolean> {
  const { course } = run
  if (course.over() || !isDue(step.when, course.failed())) return false
  return course.known.get(index)?.state.status === 'running' || !(await halts.halted())
}

const inBackground = (step: Step): step is Extract<Step, { type: 'run' }> =>
  step.type === 'run' && step.background

function isDue(when: StepWhen, failed: boolean): boolean {
  switch (when) {
    case 'always':
      return true
    case 'on_success':
      return !failed
    case 'on_fail':
      return failed
    default:
      return unreachable(when)
  }
}

/** When the job had to end, a step that an earlier process had begun is stopped, not skipped. */
function skip(run: TaskRun, step: Step, index: number): void {
  const { course, control, tools } = run
  const known = course.known.get(index)?.state
  if (control.halted.aborted) course.note(step.name, { kind: 'halted' })
  const state =
    known?.status === 'running'
      ? endedState(known.startedAt, tools.clock.now(), { kind: 'halted' })
      : ({ status: 'skipped' } as const)
  record(run, { step, index }, state)
}

async function contextOf(
  run: TaskRun,
  rest: Pick<StepContext, 'environment' | 'index' | 'variables'>,
): Promise<StepContext> {
  const { tools, control, task, secrets } = run
  const key = { taskId: task.taskId, step: rest.index }
  const end = () => tools.logs.end(key)
  const from = task.adopted
    ? await patiently('log end', end, { ...tools, control })
    : atTheBeginning
  const { masking, sshKeys } = secrets
  const log = logWriter(tools, control, { claim: task.claim, key, from, masking })
  return { ...rest, tools, control, task, log, masking, sshKeys, from: from.source }
}

async function runStep(run: TaskRun, context: StepContext, step: Step): Promise<void> {
  const place = { step, index: context.index }
  const startedAt = recordBegin(run, place)
  const end = await perform(context, step)
  run.course.note(step.name, end)
  record(run, place, endedState(startedAt, run.tools.clock.now(), end), context.log.end())
  if (repeatedTypes.includes(step.type)) await run.journal.settled()
}

/** A restart does these again from their beginning: no later step may have begun by then. */
const repeatedTypes: readonly Step['type'][] = [
  'persist_to_workspace',
  'attach_workspace',
  'add_ssh_keys',
  'save_cache',
  'restore_cache',
  'store_artifacts',
  'store_test_results',
  'continue_pipeline',
  'filter_paths',
  'combine_configs',
  'setup_remote_docker',
]

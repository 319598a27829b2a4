import { unreachable } from '../model/result.ts'
import { isFromFork } from '../model/trigger.ts'
import { type EnvironmentHandle, EnvironmentRefused, JobsRefused } from '../ports/executor.ts'
import type { ClaimedTask, StepState } from '../ports/tasks.ts'
import { isEnded } from './course.ts'
import { reasonOf } from './reason.ts'
import { endedState } from './records.ts'
import { engineRefusal } from './remote-docker.ts'
import { type SpinUpLog, spinUpLog } from './spin-up-log.ts'
import type { TaskRun } from './task-run.ts'
import type { Tools } from './tools.ts'
import { merged } from './variables.ts'
import { whereabouts } from './whereabouts.ts'

/** Name of step 0, as CircleCI shows it. */
export const spinUp = 'Spin up environment'

/** An environment outlives the job's limit by this much, so that the limit is ours to tell. */
const slackMs = 10 * 60 * 1000

export type Opened =
  | { readonly kind: 'open'; readonly environment: EnvironmentHandle }
  | { readonly kind: 'lost'; readonly because: string }
  /** What the job asks to run in is not to be had here, today or tomorrow: no run of it again helps. */
  | { readonly kind: 'failed'; readonly exitCode: null; readonly message: string }
  | { readonly kind: 'halted' }

/** Makes the task's environment, or finds the one that an earlier process made; step 0 tells about it. */
export async function openEnvironment(run: TaskRun): Promise<Opened> {
  const { tools, task, course, control } = run
  if (control.halted.aborted && !task.adopted) return { kind: 'halted' }
  const known = course.known.get(0)
  const log = await spinUpLog(run)
  if (known && isEnded(known)) return find(run, log)
  const startedAt = course.startedAt
  record(run, { status: 'running', startedAt })
  const opened = await find(run, log)
  const endedAt = tools.clock.now()
  if (opened.kind === 'open') {
    const told = tell(run, log)
    record(run, { status: 'success', startedAt, endedAt, exitCode: null, message: null }, told)
  } else {
    record(run, endedState(startedAt, endedAt, opened), log.end())
  }
  return opened
}

/** Ends what is left of the job. A failure is the operator's to mend, not the job's. */
export async function closeEnvironment(run: TaskRun, opened: Opened): Promise<void> {
  const { tools, identity, task } = run
  try {
    if (opened.kind === 'open') await opened.environment.dispose()
    await identity.forget(task.taskId)
  } catch (error) {
    tools.log.error(
      { task: task.taskId, error: String(error) },
      'an environment could not be removed',
    )
  }
}

async function find(run: TaskRun, log: SpinUpLog): Promise<Opened> {
  const { control, task } = run
  const refusal = run.secrets.refusal ?? refusalOf(task) ?? (await strangerRefusal(run))
  if (refusal !== null) return { kind: 'failed', exitCode: null, message: refusal }
  try {
    const environment = task.adopted ? await adopt(run, log) : await prepare(run, log)
    if (environment) await equip(run, environment, log)
    return environment
      ? { kind: 'open', environment }
      : { kind: 'lost', because: 'its environment was gone when the worker came back' }
  } catch (error) {
    control.letGo.throwIfAborted()
    if (control.halted.aborted) return { kind: 'halted' }
    if (error instanceof EnvironmentRefused) {
      const message = run.secrets.masking.text(error.message)
      return { kind: 'failed', exitCode: null, message }
    }
    logUnopened(run, error)
    return { kind: 'lost', because: reasonOf(error) }
  }
}

/** What strangers wrote runs only where it reaches nothing of others. The fake executor runs nothing. */
async function strangerRefusal({ tools, task }: TaskRun): Promise<string | null> {
  const { executor } = tools
  if (executor.kind === 'fake' || !isFromFork(task.trigger)) return null
  const { isolation, summary } = await executor.health()
  if (isolation === 'container' || isolation === 'sandbox') return null
  return `jobs of pull requests from forks are refused here, since they would reach what is not theirs. ${summary}`
}

/** CircleCI's machines have Docker without being asked. */
async function equip(
  { tools, task, control }: TaskRun,
  environment: EnvironmentHandle,
  log: SpinUpLog,
): Promise<void> {
  if (task.body.runsIn.kind !== 'machine' || !environment.engine) return
  const refusal = engineRefusal({ tools, task }, environment)
  if (refusal !== null) return log.tell(`Docker is not there: ${refusal}`)
  await environment.engine.start({
    tell: (line) => log.tell(line),
    signal: AbortSignal.any([control.letGo, control.halted]),
  })
}

/** Nothing else can stand in for a Mac; an image that is not used is at least this machine's Linux. */
const refusalOf = ({ body: { runsIn } }: ClaimedTask): string | null =>
  runsIn.kind === 'macos'
    ? `the job asks for macOS (xcode ${runsIn.xcode}), and this version of Sluice has no executor with macOS`
    : null

/** What concerns every job was told to the operator when the worker began. */
function logUnopened({ tools, task }: TaskRun, error: unknown): void {
  const facts = { task: task.taskId, error: String(error) }
  if (error instanceof JobsRefused) tools.log.info(facts, 'a job was refused')
  else tools.log.error(facts, 'an environment was not opened')
}

/**
 * Without a note no environment was begun, so nothing of the job has run: it may begin now. With one,
 * it is the environment or nothing.
 */
async function adopt(run: TaskRun, log: SpinUpLog): Promise<EnvironmentHandle | null> {
  const { tools, identity, task, course } = run
  const found = await tools.executor.attach(task.taskId)
  if (found) return found
  const begun = [...course.known.keys()].some((index) => index > 0)
  const noted = (await identity.notes()).includes(task.taskId)
  return begun || noted ? null : prepare(run, log)
}

async function prepare(
  { tools, identity, task, control, secrets }: TaskRun,
  log: SpinUpLog,
): Promise<EnvironmentHandle> {
  await identity.note(task.taskId)
  return tools.executor.prepare(
    {
      id: task.taskId,
      runsIn: task.body.runsIn,
      workingDirectory: task.body.workingDirectory,
      lifetimeMs: tools.limits.jobMs + slackMs,
      resourceClass: task.body.resourceClass,
    },
    AbortSignal.any([control.letGo, control.halted]),
    { tell: (line) => log.tell(line), variables: merged(secrets.layers) },
  )
}

async function tell({ tools, task }: TaskRun, log: SpinUpLog): Promise<void> {
  const lines = [...(await whereabouts(tools)), ...notices(tools, task)]
  for (const line of lines) log.tell(line)
  await log.end()
}

const notUsed = (image: string): string =>
  `image ${image} is not used: the local executor runs steps on this machine`

const notStarted = (image: string): string =>
  `service ${image} is not started: the local executor has none`

/** What the config asks for and this executor does not give. */
function notices(tools: Tools, { body: { runsIn } }: ClaimedTask): readonly string[] {
  if (tools.executor.kind !== 'local') return []
  switch (runsIn.kind) {
    case 'machine':
      return runsIn.image === null ? [] : [notUsed(runsIn.image)]
    case 'docker':
      return runsIn.images.map(({ image }, place) => (place === 0 ? notUsed : notStarted)(image))
    case 'macos':
      return []
    default:
      return unreachable(runsIn)
  }
}

function record(run: TaskRun, state: StepState, stored?: Promise<void>): void {
  const step = { index: 0, name: spinUp, type: 'environment', when: 'on_success' } as const
  run.journal.record({ taskId: run.task.taskId, ...step, state }, stored)
}

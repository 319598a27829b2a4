/**
 * One task from claim to outcome: the environment is opened, the steps run in order, the outcome is
 * reported. Whatever step an earlier process of this worker was at is taken up where it stands.
 */
import type { Outcome } from '../model/run.ts'
import { newCourse } from './course.ts'
import { closeEnvironment, type Opened, openEnvironment, spinUp } from './environment.ts'
import { insist, isLetGo, patiently } from './insist.ts'
import { openJournal } from './journal.ts'
import { reasonOf } from './reason.ts'
import { allEnded, runSteps } from './run-steps.ts'
import { secretsFor } from './secrets.ts'
import { followServices } from './service-logs.ts'
import type { TaskParts, TaskRun } from './task-run.ts'

/** Carries the task out and finishes it. Never rejects: a task that is let go is left as it is. */
export async function runTask(parts: TaskParts): Promise<void> {
  const { tools, control, task } = parts
  if (task.canceled) control.halt({ kind: 'canceled' })
  try {
    const ask = () => tools.steps.of(task.taskId)
    const records = task.adopted ? await patiently('steps', ask, { ...tools, control }) : []
    const course = newCourse(control, records, tools.clock.now())
    const secrets = await secretsFor(task, tools, control)
    const journal = openJournal(tools, control, task.claim)
    await carryOut({ ...parts, course, journal, secrets })
  } catch (error) {
    if (isLetGo(error) || control.letGo.aborted) return
    tools.log.error({ task: task.taskId, error: String(error) }, 'a task could not be finished')
  }
}

async function carryOut(run: TaskRun): Promise<void> {
  const timer = limitTime(run)
  try {
    const opened = await openEnvironment(run)
    const services = await followServices(run, opened.kind === 'open' ? opened.environment : null)
    await runIn(run, opened)
    await services.stop()
    const outcome = await recorded(run)
    // What the steps left behind ends while the outcome is written: all steps are on record by now.
    await Promise.all([finish(run, outcome), closeEnvironment(run, opened)])
  } finally {
    timer.abort()
  }
}

/** Whatever goes wrong beside the steps is ours, and the task still ends. */
async function runIn(run: TaskRun, opened: Opened): Promise<void> {
  const { course, control, tools, task } = run
  if (opened.kind !== 'open' && !allEnded(run)) course.note(spinUp, opened)
  try {
    await runSteps(run, opened.kind === 'open' ? opened.environment : null)
  } catch (error) {
    control.letGo.throwIfAborted()
    tools.log.error({ task: task.taskId, error: String(error) }, 'a task was lost')
    course.note(spinUp, { kind: 'lost', because: reasonOf(error) })
  }
}

/** The outcome once the records of all steps are stored. */
async function recorded({ journal, control, course }: TaskRun): Promise<Outcome> {
  try {
    await journal.settled()
    return course.outcome()
  } catch (error) {
    control.letGo.throwIfAborted()
    return { kind: 'lost', because: `its records could not be stored: ${String(error)}` }
  }
}

const finish = (
  { tools, identity, control, task, secrets }: TaskRun,
  outcome: Outcome,
): Promise<void> => {
  const shown =
    'because' in outcome ? { ...outcome, because: secrets.masking.text(outcome.because) } : outcome
  return insist('finish', () => tools.tasks.finish(identity.id, task, shown), { control, ...tools })
}

/** Counts from the first process that ran the task. */
function limitTime({ tools, control, course }: TaskRun): AbortController {
  const over = new AbortController()
  const limitMs = tools.limits.jobMs
  const left = course.startedAt + limitMs - tools.clock.now()
  const wait = async (): Promise<void> => {
    await tools.clock.sleep(Math.max(0, left), over.signal)
    if (!over.signal.aborted) control.halt({ kind: 'time-limit', limitMs })
  }
  void wait()
  return over
}

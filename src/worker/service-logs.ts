/**
 * What the services of a job print, as steps of ours after those of the config: there people look when a
 * test could not connect. How a service ends decides nothing.
 */
import type { EnvironmentHandle, Service } from '../ports/executor.ts'
import type { StepState } from '../ports/tasks.ts'
import { isEnded } from './course.ts'
import { patiently } from './insist.ts'
import { atTheBeginning, type LogWriter, logWriter } from './log-writer.ts'
import { indexOf } from './step-index.ts'
import type { TaskRun } from './task-run.ts'

/** Logs that are carried along while the steps run. */
export interface ServiceLogs {
  /** Ends the following, not the services. */
  stop(): Promise<void>
}

/** Begins to carry them, each from where an earlier process has ended. */
export async function followServices(
  run: TaskRun,
  environment: EnvironmentHandle | null,
): Promise<ServiceLogs> {
  const first = indexOf(run.task.body.steps.length)
  const open = (environment?.services ?? [])
    .map((service, place) => ({ service, index: first + place }))
    .filter(({ index }) => {
      const known = run.course.known.get(index)
      return !known || !isEnded(known)
    })
  const all = await Promise.all(open.map((one) => followService(run, one)))
  return {
    stop: async () => {
      await Promise.all(all.map((one) => one.stop()))
    },
  }
}

interface Followed {
  readonly service: Service
  readonly index: number
}

async function followService(run: TaskRun, followed: Followed): Promise<ServiceLogs> {
  const { tools, control, task, secrets, course } = run
  const key = { taskId: task.taskId, step: followed.index }
  const end = () => tools.logs.end(key)
  const from = task.adopted
    ? await patiently('log end', end, { ...tools, control })
    : atTheBeginning
  const { masking } = secrets
  const log = logWriter(tools, control, { claim: task.claim, key, from, masking })
  const known = course.known.get(followed.index)?.state
  const startedAt = known?.status === 'running' ? known.startedAt : tools.clock.now()
  record(run, followed, { status: 'running', startedAt })
  const enough = new AbortController()
  const signal = AbortSignal.any([control.letGo, enough.signal])
  const carried = carry(run, followed, { log, from: from.source, signal })
  return {
    stop: async () => {
      enough.abort()
      await carried
      const times = { startedAt, endedAt: tools.clock.now() }
      const state = { status: 'success', ...times, exitCode: null, message: null } as const
      record(run, followed, state, log.end())
    },
  }
}

/** Never rejects: without its log a service is as good as with it. */
async function carry(
  { tools }: TaskRun,
  { service }: Followed,
  { log, ...options }: { log: LogWriter; from: number; signal: AbortSignal },
): Promise<void> {
  try {
    for await (const bytes of service.log(options)) await log.write(bytes)
  } catch (error) {
    if (options.signal.aborted) return
    tools.log.warn({ service: service.title, error: String(error) }, 'a service’s log was lost')
  }
}

function record(
  { journal, task, secrets }: TaskRun,
  { service, index }: Followed,
  state: StepState,
  stored?: Promise<void>,
): void {
  const name = secrets.masking.text(`Service ${service.title}`)
  const step = { index, name, type: 'service', when: 'on_success' } as const
  journal.record({ taskId: task.taskId, ...step, state }, stored)
}

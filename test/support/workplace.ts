import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileBlobs } from '../../src/blobs/blobs.ts'
import { vmRegex } from '../../src/cli/regex.ts'
import { systemClock } from '../../src/clock.ts'
import { combineConfigs } from '../../src/compile/combine.ts'
import type { Effect } from '../../src/model/effect.ts'
import type { Continued, Event } from '../../src/model/event.ts'
import type { PipelineId, TaskId } from '../../src/model/ids.ts'
import type { JobBody } from '../../src/model/plan.ts'
import type { JobRun, Outcome } from '../../src/model/run.ts'
import type { RunStep, Step } from '../../src/model/step.ts'
import type { Trigger } from '../../src/model/trigger.ts'
import type { Executor } from '../../src/ports/executor.ts'
import type { CloneAccess } from '../../src/ports/github.ts'
import type { Taken } from '../../src/ports/inbox.ts'
import type { StepRecord } from '../../src/ports/tasks.ts'
import { secretsOf } from '../../src/secrets/secrets.ts'
import { shimFurnishing } from '../../src/worker/shim/shim.ts'
import { indexOf, variablesIndex } from '../../src/worker/step-index.ts'
import { startWorker, type Worker, type WorkerParts } from '../../src/worker/worker.ts'
import {
  anEvent,
  aRun,
  aTask,
  changesOf,
  handle,
  named,
  nothingChanged,
  queue,
  type Run,
  triggered,
} from '../contract/store-runs.ts'
import type { Graph } from './builders.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { localIn } from './executors.ts'
import { silentLog } from './log.ts'

/** A real database, a real executor and real blobs for workers to work with. */
export interface Workplace {
  readonly database: TestDatabase
  /** What the jobs asked for, by pipeline; taken out of the inbox by `outcome`. */
  readonly continued: ReadonlyMap<PipelineId, Continued>
  readonly executor: Executor
  readonly dataDir: string
  start(change?: Partial<WorkerParts>): Promise<Worker>
  /** Queues a job of these steps. */
  queue(steps: readonly Step[], change?: JobChange): Promise<Queued>
  /** Stores a graph with the steps of its jobs, of which none is queued yet. */
  graph(graph: Graph, steps: Readonly<Record<string, readonly Step[]>>): Promise<Run>
  /** Queues the tasks of a stored job. */
  queueJob(run: Run, name: string, total?: number): Promise<readonly Queued[]>
  close(): Promise<void>
}

export interface JobChange extends Partial<JobBody> {
  readonly trigger?: Partial<Trigger>
  /** Of a setup workflow, whose pipeline nobody has continued. */
  readonly setup?: boolean
  /** That the job names. */
  readonly contexts?: readonly string[]
}

export interface Queued {
  readonly run: Run
  readonly taskId: TaskId
  /** Waits for the end of the task. */
  outcome(): Promise<Outcome>
  /** Without the step that prepares the variables: at 0 that of the environment, from 1 those of the config. */
  steps(): Promise<readonly StepRecord[]>
  /** Counted as in `steps`. */
  log(step: number): Promise<string>
  /** What the step said that prepares the variables. */
  variables(): Promise<string>
  cancel(): Promise<void>
}

const where = { line: 1, column: 1, endLine: 1, endColumn: 2 }
const base = { when: 'on_success', where } as const

export const runStep = (command: string, change: Partial<RunStep> = {}): RunStep => ({
  ...base,
  name: command,
  type: 'run',
  command,
  shell: null,
  environment: {},
  background: false,
  workingDirectory: null,
  noOutputTimeoutMs: 60_000,
  maxAutoReruns: 0,
  autoRerunDelayMs: 0,
  firstTaskOnly: false,
  ...change,
})

export const checkoutStep = (change: Partial<Extract<Step, { type: 'checkout' }>> = {}): Step => ({
  ...base,
  name: 'Checkout code',
  type: 'checkout',
  path: null,
  method: 'blobless',
  depth: null,
  ...change,
})

export const persistStep = (root: string, ...paths: readonly string[]): Step => ({
  ...base,
  name: 'Persisting to workspace',
  type: 'persist_to_workspace',
  root,
  paths,
})

export const attachStep = (at: string): Step => ({
  ...base,
  name: 'Attaching workspace',
  type: 'attach_workspace',
  at,
})

/** Encrypts the secrets of all tests. */
export const testKey = Buffer.alloc(32, 7)

const emptyBody: JobBody = {
  runsIn: { kind: 'machine', image: null, dockerLayerCaching: false },
  workingDirectory: '~/project',
  environment: {},
  shell: null,
  resourceClass: null,
  cacheRetentionDays: null,
  steps: [],
}

const noAccess = async (): Promise<CloneAccess> => {
  throw new Error('nobody was to ask GitHub')
}

export async function workplace(parts: Partial<WorkerParts> = {}): Promise<Workplace> {
  const database = await testDatabase()
  const { store } = database
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-work-'))
  // As the server's own is.
  const local = await localIn({ dataDir, furnishing: shimFurnishing() })
  const executor = parts.executor ?? local.executor
  const workers: Worker[] = []
  const clerk = clerkOf(database)

  const start = async (change: Partial<WorkerParts> = {}): Promise<Worker> => {
    const worker = await startWorker({
      ...store,
      blobs: fileBlobs(join(dataDir, 'blobs')),
      executor,
      github: { cloneAccess: noAccess },
      secrets: secretsOf(store.vault, testKey),
      continuationKeys: { keyOf: (id) => `key-of-${id}` },
      regex: vmRegex(),
      combine: combineConfigs,
      clock: systemClock,
      log: silentLog,
      dataDir,
      name: 'test worker',
      concurrency: 4,
      publicUrl: 'http://sluice.test',
      ...parts,
      ...change,
    })
    workers.push(worker)
    return worker
  }
  const queueTasks = async (run: Run, job: JobRun, total: number): Promise<readonly Queued[]> => {
    const tasks = Array.from({ length: total }, (_, index) => ({
      ...aTask(run, job, index),
      total,
    }))
    await clerk.effect(run, tasks.map(queue))
    return tasks.map((task) => queuedTask(database, clerk, run, task.taskId))
  }
  return {
    database,
    continued: clerk.continued,
    executor,
    dataDir,
    start,
    graph: async (graph, steps) => {
      const plain = aRun({ graph })
      const jobs = plain.jobs.map((job) => withBody(job, { steps: steps[job.planned.name] ?? [] }))
      const run = { ...plain, jobs }
      await clerk.save(run)
      return run
    },
    queueJob: (run, name, total = 1) => queueTasks(run, named(run, name), total),
    queue: async (steps, { trigger, setup = false, contexts = [], ...change } = {}) => {
      const plain = aRun()
      const origin = { ...plain.pipeline.trigger, ...trigger }
      const continuation = setup ? ({ stage: 'open', taken: [] } as const) : null
      const run = {
        ...plain,
        workflow: { ...plain.workflow, setup },
        // Now, since a pipeline can be continued for some hours only.
        pipeline: { ...plain.pipeline, trigger: origin, createdAt: Date.now(), continuation },
      }
      const plainJob = withBody(named(run, 'build'), { steps, ...change })
      const job = { ...plainJob, planned: { ...plainJob.planned, contexts } }
      await clerk.save({ ...run, jobs: [job] })
      const [queued] = await queueTasks(run, job, 1)
      if (!queued) throw new Error('nothing was queued')
      return queued
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()))
      await local.close()
      await database.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const withBody = (job: JobRun, body: Partial<JobBody>): JobRun => ({
  ...job,
  planned: { ...job.planned, body: { ...emptyBody, ...body } },
})

/**
 * In place of the conductor: takes all events, remembers how tasks ended, and carries effects into the
 * database. One call at a time, since an event is taken only once.
 */
function clerkOf({ store }: TestDatabase) {
  const ends = new Map<TaskId, Outcome>()
  const continued = new Map<PipelineId, Continued>()
  let turn: Promise<unknown> = Promise.resolve()
  let next = 1
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  const note = (event: Event): void => {
    if (event.type === 'continued') continued.set(event.pipelineId, event)
    if (event.type === 'task-finished' && event.outcome) ends.set(event.taskId, event.outcome)
  }
  const decided = (event: Event, decide: (taken: Taken) => Promise<void>): Promise<void> =>
    inTurn(() => handle(store, event, decide, note))
  return {
    continued,
    end: (task: TaskId) =>
      inTurn(async () => {
        while (await store.conveyor.take(async ({ event }) => note(event))) continue
        return ends.get(task)
      }),
    save: (run: Run) =>
      decided(triggered(run), async (taken) => {
        await taken.load({})
        await taken.save(changesOf(run), [])
      }),
    effect: (run: Run, effects: readonly Effect[]) =>
      decided(anEvent(run, next++), (taken) => taken.save(nothingChanged, effects)),
  }
}

type Clerk = ReturnType<typeof clerkOf>

function queuedTask(database: TestDatabase, clerk: Clerk, run: Run, taskId: TaskId): Queued {
  const { store } = database
  const read = async (step: number): Promise<string> =>
    Buffer.from(await store.logs.read({ taskId, step }, 0, 10_000_000)).toString()
  return {
    run,
    taskId,
    outcome: () => found('the end of the task', () => clerk.end(taskId)),
    steps: async () =>
      (await store.steps.of(taskId)).filter(({ index }) => index !== variablesIndex),
    log: (step) => read(stepNumber(step)),
    variables: () => read(variablesIndex),
    cancel: () => clerk.effect(run, [{ type: 'cancel-task', taskId, because: 'ann canceled' }]),
  }
}

/** The number under which a step is stored, counted as in `Queued.steps`. */
export const stepNumber = (step: number): number => (step === 0 ? 0 : indexOf(step - 1))

/** Waits until the log of a step holds `text`. */
export async function untilLogged(queued: Queued, step: number, text: string): Promise<void> {
  await found(
    `"${text}" in the log`,
    async () => (await queued.log(step)).includes(text) || undefined,
  )
}

/** Asks until there is an answer; fails after twenty seconds. */
export async function found<Value>(
  what: string,
  ask: () => Promise<Value | undefined>,
): Promise<Value> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > deadline) throw new Error(`never seen: ${what}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}

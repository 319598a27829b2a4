import { randomUUID } from 'node:crypto'
import type { Effect, QueuedTask } from '../../src/model/effect.ts'
import type { Event } from '../../src/model/event.ts'
import {
  commitSha,
  type JobId,
  jobId,
  pipelineId,
  taskId,
  type WorkerId,
  workerId,
  workflowId,
  workspaceId,
} from '../../src/model/ids.ts'
import {
  type Edge,
  type JobRun,
  type JobState,
  noCounts,
  type PipelineRun,
  type WorkflowRun,
} from '../../src/model/run.ts'
import type { Changes } from '../../src/model/state.ts'
import type { Ref } from '../../src/model/trigger.ts'
import type { Taken } from '../../src/ports/inbox.ts'
import type { ClaimedTask } from '../../src/ports/tasks.ts'
import type { Store } from '../../src/store/store.ts'
import { type Graph, plannedWorkflow, repository, trigger } from '../support/builders.ts'

/** A pipeline with one workflow, as the engine would have made it. */
export interface Run {
  readonly pipeline: PipelineRun
  readonly workflow: WorkflowRun
  readonly jobs: readonly JobRun[]
  readonly edges: readonly Edge[]
}

export interface RunOptions {
  readonly graph?: Graph
  readonly number?: number
  readonly ref?: Ref
  readonly sha?: string
  readonly state?: 'created' | 'ignored'
  readonly repositoryId?: number
  readonly installationId?: number
}

export const randomSha = () => commitSha(randomUUID().replaceAll('-', '').padEnd(40, '0'))

export function aRun(options: RunOptions = {}): Run {
  const pipeline = aPipeline(options)
  const planned = plannedWorkflow('build', options.graph ?? { build: '' }).jobs
  const workflow = aWorkflow(pipeline)
  const jobs = planned.map((plan, position): JobRun => {
    const id = jobId(randomUUID())
    return {
      id,
      pipelineId: pipeline.id,
      workflowId: workflow.id,
      workflowName: workflow.name,
      position,
      planned: plan,
      attempt: 1,
      waitsFor: plan.requires.length,
      tasks: [],
      layersOf: id,
      authority: null,
      notices: [],
      status: 'blocked',
    }
  })
  return { pipeline, workflow, jobs, edges: edgesOf(jobs) }
}

function aPipeline(options: RunOptions): PipelineRun {
  const origin = trigger(
    options.ref ?? { kind: 'branch', name: 'main' },
    commitSha(options.sha ?? randomSha()),
  )
  return {
    id: pipelineId(randomUUID()),
    number: options.number ?? 1,
    trigger: {
      ...origin,
      repository: {
        ...repository,
        id: options.repositoryId ?? repository.id,
        installationId: options.installationId ?? repository.installationId,
      },
    },
    label: '',
    createdAt: 1_000,
    pendingRerun: null,
    notices: [],
    continuation: null,
    ...(options.state === 'ignored'
      ? { state: 'ignored', because: 'no config' }
      : { state: 'created', notSelected: [], diagnostics: [] }),
  }
}

export const aWorkflow = (
  pipeline: PipelineRun,
  change: Partial<WorkflowRun> = {},
): WorkflowRun => ({
  id: workflowId(randomUUID()),
  pipelineId: pipeline.id,
  name: 'build',
  setup: false,
  attempt: 1,
  workspaceId: workspaceId(randomUUID()),
  status: 'running',
  counts: noCounts(),
  because: 'it has no filters',
  notSelected: [],
  canceledBy: null,
  supersededBy: null,
  createdAt: 0,
  endedAt: null,
  ...change,
})

/** Edges as the plans of `jobs` name them. */
export function edgesOf(jobs: readonly JobRun[]): readonly Edge[] {
  const byName = new Map(jobs.map((job) => [job.planned.name, job.id]))
  return jobs.flatMap((to) =>
    to.planned.requires.flatMap(({ job, statuses }) => {
      const from = byName.get(job)
      return from ? [{ from, to: to.id, statuses }] : []
    }),
  )
}

export function named(run: Run, name: string): JobRun {
  const job = run.jobs.find(({ planned }) => planned.name === name)
  if (!job) throw new Error(`no job ${name}`)
  return job
}

/** The same job in another state. */
export const inState = (job: JobRun, state: JobState, tasks = job.tasks): JobRun => ({
  ...job,
  ...state,
  tasks,
})

export const endedAs = (status: 'success' | 'failed' | 'canceled'): JobState => ({
  status,
  startedAt: 1,
  endedAt: 2,
  because: `it ended as ${status}`,
  carried: false,
})

export const nothingChanged: Changes = {
  project: null,
  pipeline: null,
  workflows: [],
  jobs: [],
  edges: new Map(),
}

export const changesOf = (run: Run): Changes => ({
  project: null,
  pipeline: run.pipeline,
  workflows: [run.workflow],
  jobs: run.jobs,
  edges: new Map([[run.workflow.id, run.edges]]),
})

export const triggered = (run: Run): Event => ({
  type: 'triggered',
  pipelineId: run.pipeline.id,
  at: 0,
  trigger: run.pipeline.trigger,
})

/** An event without a meaning of its own; `at` tells one from another. */
export const anEvent = (run: Run, at = 0): Event => ({
  type: 'rerun-due',
  pipelineId: run.pipeline.id,
  at,
})

/** Puts an event and handles it; whatever was due before it is passed on. */
export async function handle(
  store: Store,
  event: Event,
  handler: (taken: Taken) => Promise<void>,
  pass: (other: Event) => void = () => {},
): Promise<void> {
  await store.inbox.put([{ key: randomUUID(), event }])
  const handled: Event[] = []
  const isIt = (one: Event): boolean =>
    one.type === event.type && one.pipelineId === event.pipelineId && one.at === event.at
  const mine = async (taken: Taken): Promise<void> => {
    if (!isIt(taken.event)) return pass(taken.event)
    await handler(taken)
    handled.push(taken.event)
  }
  while (handled.length === 0) {
    if (!(await store.conveyor.take(mine))) throw new Error('the event was not taken')
  }
}

/** Stores a run together with effects. */
export async function save(
  store: Store,
  run: Run,
  effects: readonly Effect[] = [],
  changes: Changes = changesOf(run),
): Promise<void> {
  await handle(store, triggered(run), async (taken) => {
    await taken.load({})
    await taken.save(changes, effects)
  })
}

/** Effects on a run that is stored already. */
export const effect = (store: Store, run: Run, effects: readonly Effect[]): Promise<void> =>
  handle(store, anEvent(run), (taken) => taken.save(nothingChanged, effects))

/** All that is due, in the order it was taken; nothing is done about it. */
export async function drain(store: Store): Promise<readonly Event[]> {
  const events: Event[] = []
  while (await store.conveyor.take(async ({ event }) => void events.push(event))) continue
  return events
}

export const aTask = (run: Run, job: JobRun, index = 0): QueuedTask => ({
  taskId: taskId(randomUUID()),
  jobId: job.id,
  workflowId: run.workflow.id,
  pipelineId: run.pipeline.id,
  index,
  total: 1,
})

export const queue = (task: QueuedTask): Effect => ({ type: 'queue-task', task })

export async function aWorker(store: Store, name = 'worker'): Promise<WorkerId> {
  const id = workerId(randomUUID())
  await store.tasks.register({ id, name })
  return id
}

/** A stored run of which one task is in the hands of a worker. */
export async function claimed(store: Store): Promise<{
  readonly run: Run
  readonly worker: WorkerId
  readonly task: ClaimedTask
}> {
  const run = aRun()
  await save(
    store,
    run,
    run.jobs.map((job) => queue(aTask(run, job))),
  )
  const worker = await aWorker(store)
  const [task] = await store.tasks.claim(worker, 1)
  if (!task) throw new Error('nothing was claimed')
  return { run, worker, task }
}

export const jobIds = (jobs: readonly JobRun[]): readonly JobId[] => jobs.map(({ id }) => id)

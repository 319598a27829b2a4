import { jobId, pipelineId, taskId, workflowId, workspaceId } from '../../src/model/ids.ts'
import {
  type JobRun,
  type JobStatus,
  jobStatuses,
  type PipelineRun,
  type WorkflowRun,
} from '../../src/model/run.ts'
import type { Logs } from '../../src/ports/logs.ts'
import type { StepRecord } from '../../src/ports/tasks.ts'
import type { JobDetail, Views } from '../../src/ports/views.ts'
import { createWebApp, type WebParts } from '../../src/web/app.ts'
import { plannedJob, trigger } from '../support/builders.ts'
import { silentLog } from '../support/log.ts'

const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`
export const ids = {
  pipeline: pipelineId(id(1)),
  workflow: workflowId(id(2)),
  job: jobId(id(3)),
  task: taskId(id(4)),
}

export const pipeline = (changes: object = {}): PipelineRun => ({
  id: ids.pipeline,
  number: 7,
  trigger: trigger({ kind: 'branch', name: 'main' }),
  label: '',
  createdAt: 1000,
  pendingRerun: null,
  notices: [],
  continuation: null,
  state: 'created',
  notSelected: [],
  diagnostics: [],
  ...changes,
})

const noJobs = Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<
  JobStatus,
  number
>

export const workflow = (changes: Partial<WorkflowRun> = {}): WorkflowRun => ({
  id: ids.workflow,
  pipelineId: ids.pipeline,
  name: 'build-and-test',
  setup: false,
  attempt: 1,
  workspaceId: workspaceId(id(2)),
  status: 'success',
  counts: { ...noJobs, success: 2, not_run: 1 },
  because: 'a push',
  canceledBy: null,
  notSelected: [],
  supersededBy: null,
  createdAt: 1000,
  endedAt: 9000,
  ...changes,
})

export const job = (changes: object = {}): JobRun => ({
  id: ids.job,
  pipelineId: ids.pipeline,
  workflowId: ids.workflow,
  workflowName: 'build-and-test',
  position: 0,
  planned: plannedJob('test', 'build'),
  attempt: 1,
  waitsFor: 0,
  tasks: [],
  layersOf: ids.job,
  authority: null,
  notices: [],
  status: 'success',
  startedAt: 1000,
  endedAt: 4200,
  because: 'all steps succeeded',
  carried: false,
  ...changes,
})

export const step = (changes: Partial<StepRecord> = {}): StepRecord => ({
  taskId: ids.task,
  index: 0,
  name: 'npm test',
  type: 'run',
  when: 'on_success',
  state: { status: 'success', startedAt: 1000, endedAt: 66_000, exitCode: 0, message: null },
  ...changes,
})

export const detail = (steps: readonly StepRecord[], changes: object = {}): JobDetail => ({
  pipeline: pipeline(),
  workflow: workflow(),
  job: job(changes),
  tasks: [{ index: 0, steps }],
})

const empty: Views = {
  pipelines: async () => [],
  pipeline: async () => null,
  job: async () => null,
  ping: async () => undefined,
  workers: async () => [{ name: 'w', tasks: 0 }],
  notices: async () => [],
}

const noLogs: Logs = {
  append: async () => false,
  size: async () => 0,
  end: async () => ({ size: 0, source: 0 }),
  read: async () => new Uint8Array(),
  watch: () => () => undefined,
}

const noArtifacts: WebParts['artifacts'] = {
  of: async () => ({ artifacts: [], total: 0 }),
  find: async () => null,
}

const nobody = () => Promise.reject(new Error('nobody was to be asked'))

/** The API over nothing at all; what it does is shown end to end. */
const noApi = {
  tokens: { check: async () => null },
  lookups: {
    project: async () => null,
    projectsById: async () => [],
    newestProject: async () => null,
    pipelines: async () => [],
    pipelineNumbered: async () => null,
    pipelineOf: async () => null,
    numbersOf: async () => new Map(),
    jobNumbered: async () => null,
    tests: async () => [],
  },
  blocks: { put: nobody, lift: nobody, list: async () => [], of: async () => null },
  inbox: { put: nobody },
  clock: { now: () => 0, newId: () => id(9), sleep: nobody },
  askGitHub: { commitAt: nobody, mayBegin: nobody },
} satisfies Partial<WebParts>

interface World {
  readonly artifacts?: Partial<WebParts['artifacts']>
  readonly testResults?: WebParts['testResults']
  readonly blobs?: WebParts['blobs']
  readonly views?: Partial<Views>
  readonly logs?: Partial<Logs>
  readonly conveyor?: WebParts['conveyor']
  readonly continuations?: WebParts['continuations']
  readonly continuationKeys?: WebParts['continuationKeys']
  readonly log?: WebParts['log']
}

/** The pages over a world in which nothing was pushed, but for what `world` says. */
export const webApp = (world: World = {}) =>
  createWebApp({
    views: { ...empty, ...world.views },
    metrics: async () => [],
    logs: { ...noLogs, ...world.logs },
    artifacts: { ...noArtifacts, ...world.artifacts },
    testResults: world.testResults ?? { summary: async () => null },
    blobs: world.blobs ?? { get: async (blob) => Promise.reject(new Error(`no blob ${blob}`)) },
    conveyor: world.conveyor ?? { aside: async () => [] },
    continuations: world.continuations ?? { request: async () => 'unknown' },
    continuationKeys: world.continuationKeys ?? { pipelineOf: () => null },
    ...noApi,
    newId: () => id(9),
    log: world.log ?? silentLog,
  })

/** Status and text of a page. */
export async function page(world: World, path: string) {
  const answer = await webApp(world).request(path)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

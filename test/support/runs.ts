import { jobId, pipelineId, workflowId, workspaceId } from '../../src/model/ids.ts'
import type {
  EndStatus,
  JobRun,
  JobState,
  PipelineBase,
  PipelineRun,
  PipelineState,
  WorkflowRun,
} from '../../src/model/run.ts'
import { noCounts } from '../../src/model/run.ts'
import type { JobFacts, PipelineFacts } from '../../src/ports/checks.ts'
import { plannedJob, trigger } from './builders.ts'

/** A readable id of the right shape: `uuid('a1')` ends with `a1`. */
export const uuid = (end: string): string =>
  `00000000-0000-8000-8000-${end.toLowerCase().padStart(12, '0')}`

export const pipelineRun = (
  state: PipelineState = { state: 'created', notSelected: [], diagnostics: [] },
  base: Partial<PipelineBase> = {},
): PipelineRun => ({
  id: pipelineId(uuid('a')),
  number: 7,
  trigger: trigger(),
  label: '',
  createdAt: 0,
  pendingRerun: null,
  notices: [],
  continuation: null,
  ...base,
  ...state,
})

export const workflowRun = (change: Partial<WorkflowRun> = {}): WorkflowRun => ({
  id: workflowId(uuid('b')),
  pipelineId: pipelineId(uuid('a')),
  name: 'build',
  setup: false,
  attempt: 1,
  workspaceId: workspaceId(uuid('c')),
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

export const jobRun = (
  name: string,
  state: JobState,
  change: Partial<Pick<JobRun, 'tasks' | 'notices' | 'attempt'>> = {},
): JobRun => {
  const id = jobId(uuid(Buffer.from(name).toString('hex').slice(0, 12)))
  return {
    id,
    pipelineId: pipelineId(uuid('a')),
    workflowId: workflowId(uuid('b')),
    workflowName: 'build',
    position: 0,
    planned: plannedJob(name, ''),
    attempt: 1,
    waitsFor: 0,
    tasks: [],
    layersOf: id,
    authority: null,
    notices: [],
    ...change,
    ...state,
  }
}

export const ended = (
  status: EndStatus,
  because: string,
  startedAt: number | null = 0,
): JobState => ({
  status,
  startedAt,
  endedAt: 65_000,
  because,
  carried: false,
})

export const running: JobState = { status: 'running', queuedAt: 0, startedAt: 1000, cancel: null }
export const queued: JobState = { status: 'queued', queuedAt: 0, cancel: null }
export const held: JobState = { status: 'on_hold', heldAt: 5000 }

export const jobFacts = (job: JobRun, change: Partial<JobFacts> = {}): JobFacts => ({
  kind: 'job',
  pipeline: pipelineRun(),
  workflow: workflowRun(),
  job,
  waitingFor: [],
  unlocks: [],
  logTail: null,
  tests: null,
  artifacts: { artifacts: [], total: 0 },
  ...change,
})

/** One pipeline with one workflow of these jobs. */
export const pipelineFacts = (
  jobs: readonly JobRun[],
  workflow: Partial<WorkflowRun> = {},
  pipeline: PipelineRun = pipelineRun(),
): PipelineFacts => ({
  kind: 'pipeline',
  pipelines: [{ pipeline, workflows: [{ workflow: workflowRun(workflow), jobs }] }],
})

import type { JobRun, JobStatus, WorkflowRun } from '../../model/run.ts'
import { isEnded } from '../../model/run.ts'
import type { RenderOptions } from './desired.ts'
import { fitting } from './limits.ts'
import { code, counted, duration, sentence } from './markdown.ts'
import type { PipelineView } from './roll-up.ts'

/** A heading and a table for each workflow, in `bytes` altogether. */
export function workflowTables(
  { workflows }: PipelineView,
  options: RenderOptions,
  bytes: number,
): readonly string[] {
  const share = Math.floor(bytes / Math.max(1, workflows.length))
  const tables = workflows.map(({ workflow, jobs }) => table(workflow, rows(jobs, options), share))
  return fitting(tables, bytes, (left) => `… and ${counted(left, 'more workflow')}.`)
}

function table(workflow: WorkflowRun, lines: readonly string[], bytes: number): string {
  const again = workflow.attempt > 1 ? `, run ${workflow.attempt}` : ''
  const head = [
    `### ${code(workflow.name)}: ${words[workflow.status]}${again}`,
    '',
    `Why it runs: ${sentence(workflow.because, 500)}.`,
    '',
    '| Job | Status | Time | Why |',
    '| :-- | :-- | --: | :-- |',
  ].join('\n')
  const room = Math.max(bytes - Buffer.byteLength(head), 200)
  const kept = fitting(lines, room, (left) => `| … and ${counted(left, 'more job')} | | | |`)
  return [head, ...kept].join('\n')
}

/** Jobs in the order of the config; when there are many, those that need eyes come first. */
function rows(jobs: readonly JobRun[], options: RenderOptions): readonly string[] {
  const sorted = jobs.length > 100 ? jobs.toSorted((a, b) => place(a) - place(b)) : jobs
  return sorted.map((job) => row(job, options))
}

const urgency: readonly JobStatus[] = [
  'failed',
  'unauthorized',
  'on_hold',
  'canceled',
  'running',
  'queued',
  'blocked',
  'not_run',
  'success',
]

const place = (job: JobRun): number => urgency.indexOf(job.status)

function row(job: JobRun, { publicUrl }: RenderOptions): string {
  const name = `[${code(job.planned.name)}](${publicUrl}/jobs/${job.layersOf})`
  return `| ${name} | ${words[job.status]} | ${timeOf(job)} | ${because(job)} |`
}

const words: Readonly<Record<JobStatus | WorkflowRun['status'], string>> = {
  blocked: 'blocked',
  queued: 'queued',
  running: 'running',
  on_hold: 'waits for approval',
  success: 'success',
  failing: 'failing',
  failed: '**failed**',
  canceled: 'canceled',
  unauthorized: '**not authorized**',
  not_run: 'not run',
}

const timeOf = (job: JobRun): string =>
  isEnded(job) && job.startedAt !== null ? duration(job.endedAt - job.startedAt) : ''

function because(job: JobRun): string {
  if (!isEnded(job)) return ''
  const carried = job.carried ? 'from an earlier run: ' : ''
  return job.status === 'success' && !job.carried && job.startedAt !== null
    ? ''
    : `${carried}${sentence(job.because, 500)}`
}

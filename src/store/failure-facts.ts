import type { JobRun } from '../model/run.ts'
import { isEnded } from '../model/run.ts'
import type { FailedStep, JobFacts, NameList, PipelineFacts } from '../ports/checks.ts'
import type { StepRecord } from '../ports/tasks.ts'
import type { Queries } from './database.ts'
import { logTail } from './logs.ts'
import type { JobRow } from './rows.ts'

/** What is known of a job that did not end well: the step that failed, and what re-runs would do. */
export async function failureFacts(
  queries: Queries,
  job: JobRun,
): Promise<Pick<JobFacts, 'failedStep' | 'rerun'>> {
  if (!isEnded(job) || job.status === 'success') return {}
  const rerun = {
    dependents: await nameList(queries, dependents, job.id),
    again: await nameList(queries, endedBadly, job.workflowId),
    kept: await nameList(queries, succeeded, job.workflowId),
  }
  const failed = job.status === 'failed' ? await failedStep(queries, job) : null
  return { rerun, ...(failed && { failedStep: failed }) }
}

const endedBadly = `workflow_id = $1 and status in ('failed', 'canceled', 'unauthorized', 'not_run')`
const succeeded = `workflow_id = $1 and status = 'success'`
const dependents = `
  id in (with recursive later (id) as (
           select to_id from edge where from_id = $1
            union
           select to_id from edge join later on from_id = later.id)
         select id from later)`

const namesShown = 10

async function nameList(queries: Queries, where: string, id: string): Promise<NameList> {
  const rows = await queries.rows<Pick<JobRow, 'planned'>>(
    `select planned from job where ${where} order by position limit ${namesShown}`,
    [id],
  )
  const [count] = await queries.rows<{ total: number }>(
    `select count(*)::int as total from job where ${where}`,
    [id],
  )
  return { names: rows.map(({ planned }) => planned.name), total: count?.total ?? 0 }
}

const firstFailureBytes = 4 * 1024

/** What the check of all shows of the first of `jobs` that failed in a step. */
export async function firstFailure(
  queries: Queries,
  jobs: readonly JobRun[],
): Promise<Pick<PipelineFacts, 'firstFailure'>> {
  const job = jobs.find(({ status, tasks }) => status === 'failed' && tasks.length > 0)
  const step = job && (await firstFailedStepOf(queries, job))
  if (!step) return {}
  const tail = await readTail(queries, step, firstFailureBytes)
  return { firstFailure: { job, step: step.name, logTail: tail } }
}

/** How the log of the step that failed ends; null: none failed. */
export async function failedStepTail(
  queries: Queries,
  job: JobRun,
  bytes: number,
): Promise<string | null> {
  const step = job.status === 'failed' ? await firstFailedStepOf(queries, job) : null
  return step && readTail(queries, step, bytes)
}

const readTail = (queries: Queries, { taskId, index }: StepRecord, bytes: number) =>
  logTail(queries, { taskId, step: index }, bytes)

/** A worker's steps have the names of the config's, and some of its own between them. */
async function failedStep(queries: Queries, job: JobRun): Promise<FailedStep | null> {
  const step = await firstFailedStepOf(queries, job)
  if (!step) return null
  const { name } = step
  const planned = job.planned.body?.steps.find((one) => one.type === 'run' && one.name === name)
  return { name, command: planned?.type === 'run' ? planned.command : null }
}

async function firstFailedStepOf(queries: Queries, job: JobRun): Promise<StepRecord | null> {
  const tasks = job.tasks.map(({ id }) => id)
  const [step] = await queries.rows<{ doc: StepRecord }>(firstFailedStep, [tasks])
  return step?.doc ?? null
}

const firstFailedStep = `
  select doc from step where task_id = any ($1::uuid[]) and status = 'failed'
   order by array_position($1::uuid[], task_id), step.index limit 1`

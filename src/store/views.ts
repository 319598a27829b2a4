import { isId, type JobId, type PipelineId } from '../model/ids.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../model/run.ts'
import type { StepRecord } from '../ports/tasks.ts'
import type { JobDetail, PipelineDetail, PipelineSummary, Views } from '../ports/views.ts'
import type { Database, Queries } from './database.ts'
import { type JobRow, jobOf, readJob } from './rows.ts'

/** Plain reads for pages and the API; each answer is of one moment. */
export const openViews = (database: Database): Views => ({
  pipelines: (page) => database.snapshot((queries) => pipelines(queries, page)),
  pipeline: async (id) => (isId(id) ? database.snapshot((queries) => pipeline(queries, id)) : null),
  job: async (id) => (isId(id) ? database.snapshot((queries) => job(queries, id)) : null),
  ping: async () => {
    await database.change('select 1')
  },
  workers: () => database.rows<{ name: string; tasks: number }>(liveWorkers),
  notices: async () =>
    (await database.rows<{ notice: string }>(liveNotices)).map(({ notice }) => notice),
})

async function pipelines(
  queries: Queries,
  { limit, before }: { readonly limit: number; readonly before?: number },
): Promise<readonly PipelineSummary[]> {
  const page = await queries.rows<{ doc: PipelineRun }>(newestPipelines, [limit, before ?? null])
  const ids = page.map(({ doc }) => doc.id)
  const workflows = await queries.rows<{ doc: WorkflowRun }>(workflowsOf, [ids])
  const byPipeline = Map.groupBy(
    workflows.map(({ doc }) => doc),
    ({ pipelineId }) => pipelineId,
  )
  return page.map(({ doc }) => ({ pipeline: doc, workflows: byPipeline.get(doc.id) ?? [] }))
}

const liveNotices = `
  select distinct notice from worker
   where notice is not null and lease_until > now()
   order by notice`

const newestPipelines = `
  select doc from pipeline
   where $2::float8 is null or created_at < to_timestamp($2::float8 / 1000)
   order by created_at desc, id desc limit $1`

const workflowsOf = `
  select doc from workflow where pipeline_id = any ($1::uuid[]) order by place`

async function pipeline(queries: Queries, id: PipelineId): Promise<PipelineDetail | null> {
  const [row] = await queries.rows<{ doc: PipelineRun }>('select doc from pipeline where id = $1', [
    id,
  ])
  if (!row) return null
  const workflows = await queries.rows<{ doc: WorkflowRun }>(workflowsOf, [[id]])
  const jobs = (await queries.rows<JobRow>(jobsOf, [workflows.map(({ doc }) => doc.id)])).map(jobOf)
  const byWorkflow = Map.groupBy(jobs, ({ workflowId }) => workflowId)
  return {
    pipeline: row.doc,
    workflows: workflows.map(({ doc }) => ({ workflow: doc, jobs: byWorkflow.get(doc.id) ?? [] })),
  }
}

const jobsOf = `
  select doc, planned from job where workflow_id = any ($1::uuid[]) order by position`

async function job(queries: Queries, id: JobId): Promise<JobDetail | null> {
  const found = await readJob(queries, id)
  return found && { ...found, tasks: await stepsByTask(queries, found.job) }
}

async function stepsByTask(queries: Queries, run: JobRun): Promise<JobDetail['tasks']> {
  const steps = await queries.rows<{ doc: StepRecord }>(stepsOf, [run.tasks.map(({ id }) => id)])
  const byTask = Map.groupBy(
    steps.map(({ doc }) => doc),
    ({ taskId }) => taskId,
  )
  return run.tasks
    .toSorted((one, other) => one.index - other.index)
    .map((task) => ({ index: task.index, steps: byTask.get(task.id) ?? [] }))
}

const stepsOf = `select doc from step where task_id = any ($1::uuid[]) order by index`

const liveWorkers = `
  select name, (select count(*) from task where worker_id = worker.id and state = 'running') as tasks
    from worker where lease_until > now() order by name, id`

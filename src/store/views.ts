import { isId, type JobId, type PipelineId } from '../model/ids.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../model/run.ts'
import type { StepRecord } from '../ports/tasks.ts'
import type { JobDetail, PipelineDetail, PipelineSummary, Views } from '../ports/views.ts'
import type { Database } from './database.ts'
import { type JobRow, jobOf, readJob } from './rows.ts'

/** Plain reads for pages and the API. */
export const openViews = (database: Database): Views => ({
  pipelines: (page) => pipelines(database, page),
  pipeline: async (id) => (isId(id) ? pipeline(database, id) : null),
  job: async (id) => (isId(id) ? job(database, id) : null),
  ping: async () => {
    await database.change('select 1')
  },
  workers: () => database.rows<{ name: string; tasks: number }>(liveWorkers),
})

async function pipelines(
  database: Database,
  { limit, before }: { readonly limit: number; readonly before?: number },
): Promise<readonly PipelineSummary[]> {
  const page = await database.rows<{ doc: PipelineRun }>(newestPipelines, [limit, before ?? null])
  const ids = page.map(({ doc }) => doc.id)
  const workflows = await database.rows<{ doc: WorkflowRun }>(workflowsOf, [ids])
  const byPipeline = Map.groupBy(
    workflows.map(({ doc }) => doc),
    ({ pipelineId }) => pipelineId,
  )
  return page.map(({ doc }) => ({ pipeline: doc, workflows: byPipeline.get(doc.id) ?? [] }))
}

const newestPipelines = `
  select doc from pipeline
   where $2::float8 is null or created_at < to_timestamp($2::float8 / 1000)
   order by created_at desc, id desc limit $1`

const workflowsOf = `
  select doc from workflow where pipeline_id = any ($1::uuid[]) order by place`

async function pipeline(database: Database, id: PipelineId): Promise<PipelineDetail | null> {
  const [row] = await database.rows<{ doc: PipelineRun }>(
    'select doc from pipeline where id = $1',
    [id],
  )
  if (!row) return null
  const workflows = await database.rows<{ doc: WorkflowRun }>(workflowsOf, [[id]])
  const jobs = (await database.rows<JobRow>(jobsOf, [workflows.map(({ doc }) => doc.id)])).map(
    jobOf,
  )
  const byWorkflow = Map.groupBy(jobs, ({ workflowId }) => workflowId)
  return {
    pipeline: row.doc,
    workflows: workflows.map(({ doc }) => ({ workflow: doc, jobs: byWorkflow.get(doc.id) ?? [] })),
  }
}

const jobsOf = `
  select doc, planned from job where workflow_id = any ($1::uuid[]) order by position`

async function job(database: Database, id: JobId): Promise<JobDetail | null> {
  const found = await readJob(database, id)
  return found && { ...found, tasks: await stepsByTask(database, found.job) }
}

async function stepsByTask(database: Database, run: JobRun): Promise<JobDetail['tasks']> {
  const steps = await database.rows<{ doc: StepRecord }>(stepsOf, [run.tasks.map(({ id }) => id)])
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

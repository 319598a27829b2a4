import type { JobId, WorkflowId } from '../model/ids.ts'
import { isOnDemand } from '../model/on-demand.ts'
import type { Edge, JobRun, PipelineRun, Project, WorkflowRun } from '../model/run.ts'
import type { Changes } from '../model/state.ts'
import { pullRequestEventOf, scheduleOf } from '../model/trigger.ts'
import { type Queries, storable } from './database.ts'

/** Rows a statement: few enough for one message, many enough that a huge workflow is a few statements. */
const batchSize = 2_000

/**
 * Writes what an event changed, in an order that every transaction keeps. `known` are jobs that are
 * stored already: of them only what can change is written.
 */
export async function saveChanges(
  queries: Queries,
  changes: Changes,
  known: ReadonlySet<JobId>,
): Promise<void> {
  if (changes.project) await saveProject(queries, changes.project)
  if (changes.pipeline) await savePipeline(queries, changes.pipeline)
  await saveWorkflows(queries, changes.workflows)
  await updateJobs(
    queries,
    changes.jobs.filter(({ id }) => known.has(id)),
  )
  await insertJobs(
    queries,
    changes.jobs.filter(({ id }) => !known.has(id)),
  )
  await replaceEdges(queries, changes.edges)
}

export const saveProject = (queries: Queries, project: Project) =>
  queries.change(upsertProject, [
    project.repository.id,
    JSON.stringify(project),
    slugOf(project.repository),
    JSON.stringify(project.repository),
    project.repository.installationId,
  ])

const upsertProject = {
  name: 'upsert-project',
  text: `
    with named as (
      insert into project_name (slug, repository_id) values ($3, $1)
      on conflict (slug) do update set repository_id = excluded.repository_id
       where project_name.repository_id <> excluded.repository_id)
    insert into project (repository_id, doc, repository, installation_id) values ($1, $2, $4, $5)
    on conflict (repository_id) do update set
      doc = excluded.doc, repository = excluded.repository,
      installation_id = excluded.installation_id`,
}

/** By which a project is found. GitHub's names are the same in large and small letters. */
export const slugOf = ({ owner, name }: Pick<Project['repository'], 'owner' | 'name'>): string =>
  storable(`${owner}/${name}`.toLowerCase())

const savePipeline = (queries: Queries, pipeline: PipelineRun) =>
  queries.change(upsertPipeline, [
    pipeline.id,
    pipeline.trigger.repository.id,
    JSON.stringify(pipeline.trigger.repository),
    pipeline.trigger.repository.installationId,
    pipeline.number,
    pipeline.trigger.commit.sha,
    pipeline.trigger.ref.kind,
    storable(pipeline.trigger.ref.name),
    pipeline.state,
    pipeline.createdAt,
    JSON.stringify(pipeline),
    scheduleColumn(pipeline),
    isOnDemand(pipeline.trigger),
    pipeline.trigger.pushedAt ?? null,
    pipeline.trigger.recovered !== undefined,
    pullRequestColumn(pipeline),
  ])

function scheduleColumn({ trigger }: PipelineRun): string | null {
  const schedule = scheduleOf(trigger)
  return schedule === null ? null : storable(schedule)
}

function pullRequestColumn({ trigger }: PipelineRun): string | null {
  const event = pullRequestEventOf(trigger)
  return event === null ? null : storable(event)
}

// Where it came from never changes.
const upsertPipeline = {
  name: 'upsert-pipeline',
  text: `
    insert into pipeline (id, repository_id, repository, installation_id, number, sha, ref_kind,
                          ref_name, state, created_at, doc, schedule, on_demand, pushed_at, recovered,
                          pull_request_event)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000), $11, $12, $13,
            $14, $15, $16)
    on conflict (id) do update set state = excluded.state, doc = excluded.doc`,
}

async function saveWorkflows(queries: Queries, workflows: readonly WorkflowRun[]): Promise<void> {
  if (workflows.length === 0) return
  await queries.change(upsertWorkflows, [
    workflows.map(({ id }) => id),
    workflows.map(({ pipelineId }) => pipelineId),
    workflows.map(({ supersededBy }) => supersededBy !== null),
    workflows.map((workflow) => JSON.stringify(workflow)),
  ])
}

const upsertWorkflows = {
  name: 'upsert-workflows',
  text: `
    insert into workflow (id, pipeline_id, superseded, doc)
    select id, pipeline_id, superseded, doc
      from unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::json[])
           with ordinality as given (id, pipeline_id, superseded, doc, place)
     order by place
        on conflict (id) do update set superseded = excluded.superseded, doc = excluded.doc`,
}

async function updateJobs(queries: Queries, jobs: readonly JobRun[]): Promise<void> {
  for (const batch of batches(jobs)) {
    await queries.change(updateJobRows, [
      batch.map(({ id }) => id),
      batch.map(({ workflowId }) => workflowId),
      batch.map(({ position }) => position),
      batch.map(({ status }) => status),
      batch.map(docOf),
    ])
  }
}

const updateJobRows = {
  name: 'update-jobs',
  text: `
    update job set
      workflow_id = given.workflow_id, position = given.position,
      status = given.status, doc = given.doc
      from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::json[])
           as given (id, workflow_id, position, status, doc)
     where job.id = given.id`,
}

async function insertJobs(queries: Queries, jobs: readonly JobRun[]): Promise<void> {
  for (const batch of batches(jobs)) {
    await queries.change(upsertJobs, [
      batch.map(({ id }) => id),
      batch.map(({ pipelineId }) => pipelineId),
      batch.map(({ workflowId }) => workflowId),
      batch.map(({ position }) => position),
      batch.map(({ status }) => status),
      batch.map(({ layersOf }) => layersOf),
      batch.map(docOf),
      batch.map(({ planned }) => JSON.stringify(planned)),
    ])
  }
}

const upsertJobs = `
  insert into job (id, pipeline_id, workflow_id, position, status, layers_of, doc, planned)
  select * from unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::uuid[], $7::json[], $8::json[])
  on conflict (id) do update set
    workflow_id = excluded.workflow_id, position = excluded.position,
    status = excluded.status, doc = excluded.doc`

/** The job without its plan, which has a column of its own. */
const docOf = (job: JobRun): string => JSON.stringify({ ...job, planned: undefined })

async function replaceEdges(
  queries: Queries,
  edges: ReadonlyMap<WorkflowId, readonly Edge[]>,
): Promise<void> {
  if (edges.size === 0) return
  await queries.change(deleteEdges, [[...edges.keys()]])
  for (const batch of batches([...edges.values()].flat())) {
    await queries.change(insertEdges, [
      batch.map(({ from }) => from),
      batch.map(({ to }) => to),
      batch.map(({ statuses }) => statuses.join(' ')),
    ])
  }
}

// Also the edges that a job brings along from the workflow it was in before.
const deleteEdges = `
  with touched as materialized (select id from job where workflow_id = any ($1::uuid[])),
  leaving as (delete from edge using touched where from_id = touched.id)
  delete from edge using touched where to_id = touched.id`

const insertEdges = `
  insert into edge (from_id, to_id, statuses)
  select from_id, to_id, string_to_array(statuses, ' ')
    from unnest($1::uuid[], $2::uuid[], $3::text[]) as given (from_id, to_id, statuses)`

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += batchSize) {
    yield items.slice(start, start + batchSize)
  }
}

import { isId, type JobId, type PipelineId } from '../model/ids.ts'
import type { PipelineRun, Project } from '../model/run.ts'
import type { Lookups } from '../ports/lookups.ts'
import type { TestResult } from '../ports/test-results.ts'
import { type Database, storable } from './database.ts'
import { slugOf } from './save.ts'

export const openLookups = (database: Database): Lookups => ({
  project: async (owner, name) =>
    (await database.rows<Doc<Project>>(namedProject, [slugOf({ owner, name })]))[0]?.doc ?? null,
  projectsById: async (ids) =>
    (await database.rows<Doc<Project>>(projectsById, [ids])).map(({ doc }) => doc),
  newestProject: async () => (await database.rows<Doc<Project>>(newestProject))[0]?.doc ?? null,
  pipelines: async ({ repositoryId, limit, before, branch }) => {
    const values = [repositoryId, limit, before, branch === null ? null : storable(branch)]
    return (await database.rows<Doc<PipelineRun>>(pipelinePage, values)).map(({ doc }) => doc)
  },
  pipelineNumbered: async (repositoryId, number) =>
    (await database.rows<{ id: PipelineId }>(pipelineNumbered, [repositoryId, number]))[0]?.id ??
    null,
  pipelineOf: async (workflow) => {
    if (!isId(workflow)) return null
    const rows = await database.rows<{ id: PipelineId }>(pipelineOfWorkflow, [workflow])
    return rows[0]?.id ?? null
  },
  numbersOf: async (jobs) => {
    const rows = await database.rows<{ id: JobId; number: number }>(numbersOfJobs, [jobs])
    return new Map(rows.map(({ id, number }) => [id, number]))
  },
  jobNumbered: async (repositoryId, number) =>
    (await database.rows<{ id: JobId }>(jobNumbered, [repositoryId, number]))[0]?.id ?? null,
  tests: (job, { from, limit }) =>
    database.rows<Omit<TestResult, 'flaky'> & Columns>(testsOf, [job, from, limit]),
})

interface Doc<Document> {
  readonly doc: Document
}

interface Columns {
  readonly [column: string]: unknown
}

const namedProject = `
  select doc from project_name join project using (repository_id) where slug = $1`

const projectsById = `select doc from project where repository_id = any ($1::bigint[])`

const newestProject = `
  select project.doc from pipeline join project using (repository_id)
   order by pipeline.created_at desc, pipeline.id desc limit 1`

const pipelinePage = `
  select doc from pipeline
   where repository_id = $1 and ($3::float8 is null or number < $3)
     and ($4::text is null or (ref_kind = 'branch' and ref_name = $4))
   order by number desc limit $2`

const pipelineNumbered = `select id from pipeline where repository_id = $1 and number = $2`

const pipelineOfWorkflow = `select pipeline_id as id from workflow where id = $1`

const numbersOfJobs = `
  select job_id as id, number from build_number where job_id = any ($1::uuid[])`

const jobNumbered = `select job_id as id from build_number where repository_id = $1 and number = $2`

// Of a task that was lost and begun anew, only what its successor stored counts.
const testsOf = `
  with report as (
    select distinct on (index, step) * from test_report
     where job_id = $1 order by index, step, id desc)
  select name, classname, file, line, seconds::float8 as seconds, result, message
    from report join test_results on report_id = report.id
   order by index, step, place offset $2 limit $3`

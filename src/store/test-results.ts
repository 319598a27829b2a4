import type { JobId } from '../model/ids.ts'
import type {
  Failure,
  ResultsOwner,
  TestResult,
  TestResults,
  TestSummary,
  Timing,
} from '../ports/test-results.ts'
import { holdClaim } from './artifacts.ts'
import { type Database, type Queries, storable } from './database.ts'

export const openTestResults = (database: Database): TestResults => ({
  store: (owner, results) => database.transaction((queries) => store(queries, owner, results)),
  summary: (jobId) => database.snapshot((queries) => testSummary(queries, jobId)),
  timings: async ({ repositoryId, jobName, jobId }) => {
    await database.change(fixBasis, [repositoryId, storable(jobName), jobId])
    return database.rows<Timing & Columns>(timings, [jobId])
  },
})

interface Columns {
  readonly [column: string]: unknown
}

const rowsAtOnce = 5_000

async function store(
  queries: Queries,
  owner: ResultsOwner,
  results: readonly TestResult[],
): Promise<boolean> {
  const held = await queries.rows(holdClaim, [owner.taskId, owner.claim])
  if (held.length === 0) return false
  await queries.change('delete from test_report where task_id = $1 and step = $2', [
    owner.taskId,
    owner.step,
  ])
  const [report] = await queries.rows<{ id: number }>(addReport, reportOf(owner))
  for (let start = 0; start < results.length; start += rowsAtOnce) {
    const some = results.slice(start, start + rowsAtOnce)
    await queries.change(addResults, [report?.id, start, ...columnsOf(some)])
  }
  return true
}

const addReport = `
  insert into test_report
    (task_id, step, job_id, index, repository_id, sha, workflow_name, job_name)
  values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`

const reportOf = (owner: ResultsOwner) => [
  owner.taskId,
  owner.step,
  owner.jobId,
  owner.index,
  owner.repositoryId,
  owner.sha,
  storable(owner.workflowName),
  storable(owner.jobName),
]

const addResults = `
  insert into test_results
    (report_id, place, name, classname, file, line, seconds, result, flaky, message)
  select $1, $2::integer + place - 1, name, classname, file, line, seconds, result, flaky, message
    from unnest($3::text[], $4::text[], $5::text[], $6::integer[], $7::real[], $8::text[],
                $9::boolean[], $10::text[])
         with ordinality
           as given (name, classname, file, line, seconds, result, flaky, message, place)`

const columnsOf = (results: readonly TestResult[]) => [
  results.map(({ name }) => storable(name)),
  results.map(({ classname }) => storable(classname)),
  results.map(({ file }) => file && storable(file)),
  results.map(({ line }) => line),
  results.map(({ seconds }) => seconds),
  results.map(({ result }) => result),
  results.map(({ flaky }) => flaky),
  results.map(({ message }) => storable(message)),
]

/** Null when the job stored no results. */
export async function testSummary(queries: Queries, jobId: JobId): Promise<TestSummary | null> {
  const [totals] = await queries.rows<Totals & Columns>(counts, [jobId])
  if (!totals || totals.total === 0) return null
  return {
    ...totals,
    failures: await queries.rows<Failure & Columns>(failures, [jobId]),
    slowest: await queries.rows<Timing & Columns>(slowest, [jobId]),
    flaky: await queries.rows<TestSummary['flaky'][number] & Columns>(flaky, [jobId]),
  }
}

type Totals = Pick<TestSummary, 'total' | 'failed' | 'skipped' | 'seconds'>

/** Of a task that was lost and begun anew, only what its successor stored counts. */
const reports = `
  report as (
    select distinct on (index, step) * from test_report
     where job_id = $1 order by index, step, id desc)`

const isFailed = `result in ('failure', 'error')`

const counts = `
  with ${reports}
  select count(*) as total,
         count(*) filter (where ${isFailed}) as failed,
         count(*) filter (where result = 'skipped') as skipped,
         coalesce(sum(seconds), 0)::float8 as seconds
    from report join test_results on report_id = report.id`

const failures = `
  with ${reports}
  select name, classname, file, line, message, index
    from report join test_results on report_id = report.id
   where ${isFailed} order by index, step, place limit 50`

const slowest = `
  with ${reports}
  select name, classname, file, seconds::float8 as seconds
    from report join test_results on report_id = report.id
   where result <> 'skipped' and seconds > 0
   order by test_results.seconds desc, index, step, place limit 5`

// An earlier attempt at the same commit, or an earlier try in the same task. Tasks of a parallel job do
// not count against each other: they may differ in more than their time. Failures are few, so they come
// first.
const flaky = `
  with ${reports},
  passed as (
    select report.*, place, name, classname, file, flaky
      from report join test_results on report_id = report.id
     where result = 'success'),
  failed as materialized (
    select earlier.id, earlier.job_id, earlier.task_id, earlier.step, place, name, classname
      from (select distinct repository_id, sha, workflow_name, job_name from report) as here
      join test_report as earlier using (repository_id, sha, workflow_name, job_name)
      join test_results on report_id = earlier.id
     where ${isFailed}),
  found as (
    select passed.name, passed.classname, passed.file, passed.index, passed.place
      from passed where flaky
    union all
    select passed.name, passed.classname, passed.file, passed.index, passed.place
      from failed join passed using (name, classname)
     where (failed.job_id <> passed.job_id and failed.id < passed.id)
        or (failed.task_id = passed.task_id
            and (failed.step, failed.place) < (passed.step, passed.place)))
  select name, classname, min(file) as file from found
   group by name, classname order by min(index), min(place) limit 20`

/** Three jobs back; the tasks of one parallel job share what there is to tell. Who asks first decides. */
const fixBasis = `
  with newest as (
    select job_id, max(id) as id from (
      select job_id, id from test_report
       where repository_id = $1 and job_name = $2 and job_id <> $3
       order by id desc limit 1000) as recent
     group by job_id order by max(id) desc limit 3)
  insert into split_basis (job_id, reports)
  select $3, array(
    select test_report.id from newest join test_report on test_report.job_id = newest.job_id
     order by newest.id desc, index, step)
  on conflict (job_id) do nothing`

const timings = `
  select name, classname, file, seconds::float8 as seconds
    from split_basis
    cross join unnest(reports) with ordinality as chosen (report_id, newer)
    join test_results using (report_id)
   where job_id = $1 and result <> 'skipped'
   order by newer, place
   limit 200000`

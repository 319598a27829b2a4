import type { CheckSubject } from '../model/effect.ts'
import { type JobId, jobIn, type PipelineId } from '../model/ids.ts'
import type { PlannedJob } from '../model/plan.ts'
import type { JobRun, PipelineRun, WorkflowRun } from '../model/run.ts'
import type { Ref } from '../model/trigger.ts'
import type { CheckFacts, JobFacts, PipelineFacts } from '../ports/checks.ts'
import { artifactsOf } from './artifacts.ts'
import type { Queries } from './database.ts'
import { failedStepTail, failureFacts, firstFailure } from './failure-facts.ts'
import { type JobRow, jobOf, readJob } from './rows.ts'
import { testSummary } from './test-results.ts'

/** Everything that the text of a check is made from; null when its subject is gone. */
export const readFacts = (queries: Queries, subject: CheckSubject): Promise<CheckFacts | null> =>
  subject.kind === 'job'
    ? jobFacts(queries, subject.jobId)
    : commitFacts(queries, subject.pipelineId)

async function jobFacts(queries: Queries, id: JobId): Promise<JobFacts | null> {
  const found = await readJob(queries, id)
  if (!found) return null
  const { pipeline, workflow, job } = found
  return {
    kind: 'job',
    pipeline,
    workflow,
    job,
    waitingFor: (await planned(queries, waitingFor, id)).map(({ name }) => name),
    runsAgain: await runsAgain(queries, workflow, job),
    unlocks: (await planned(queries, unlocks, id)).map(({ name, contexts }) => ({
      name,
      contexts,
    })),
    ...(await positionOf(queries, job)),
    ...(await failureFacts(queries, job)),
    logTail: await failedStepTail(queries, job, tailBytes),
    // Of the job that did the work, where a re-run only took it over.
    tests: await testSummary(queries, job.layersOf),
    artifacts: await artifactsOf(queries, job.layersOf, artifactsShown),
  }
}

async function planned(queries: Queries, text: string, id: JobId): Promise<readonly PlannedJob[]> {
  const rows = await queries.rows<Pick<JobRow, 'planned'>>(text, [id])
  return rows.map((row) => row.planned)
}

const waitingFor = `
  select planned from edge join job on job.id = edge.from_id
   where to_id = $1 and status in ('blocked', 'queued', 'running', 'on_hold')
   order by position`

const unlocks = `
  select planned from edge join job on job.id = edge.to_id
   where from_id = $1 and 'success' = any (statuses)
   order by position`

/** A re-run of its workflow did not take the job over as it is: another job stands for it now. */
async function runsAgain(
  queries: Queries,
  { supersededBy }: WorkflowRun,
  { planned: { name } }: JobRun,
): Promise<boolean> {
  if (supersededBy === null) return false
  const rows = await queries.rows(ownWork, [jobIn(supersededBy, name)])
  return rows.length > 0
}

const ownWork = 'select from job where id = $1 and layers_of = $1'

async function positionOf(queries: Queries, job: JobRun): Promise<Pick<JobFacts, 'ahead'>> {
  if (job.status !== 'queued' || job.serial === 'waiting') return {}
  const [row] = await queries.rows<{ ahead: number }>(tasksAhead, [job.id])
  return { ahead: row?.ahead ?? 0 }
}

const tasksAhead = `
  select count(*)::int as ahead from task
   where state = 'queued'
     and place < (select min(place) from task where job_id = $1 and state = 'queued')`

const artifactsShown = 10
const tailBytes = 8 * 1024

async function commitFacts(queries: Queries, id: PipelineId): Promise<PipelineFacts | null> {
  const [subject] = await queries.rows<Subject>(subjectOf, [id])
  if (!subject) return null
  const pipelines = await newestAtCommit(queries, subject)
  const ids = pipelines.map((pipeline) => pipeline.id)
  const workflows = await queries.rows<{ doc: WorkflowRun }>(workflowsOf, [ids])
  const jobs = (await queries.rows<JobRow>(jobsOf, [ids])).map(jobOf)
  const jobsByWorkflow = Map.groupBy(jobs, ({ workflowId }) => workflowId)
  const { repository } = pipelines[0]?.trigger ?? {}
  return {
    kind: 'pipeline',
    ...(await firstFailure(queries, newestFirst(jobs, ids))),
    unsent: await unsentOf(queries, repository?.installationId ?? 0, subject.sha),
    pipelines: pipelines.map((pipeline) => ({
      pipeline,
      workflows: workflows
        .filter(({ doc }) => doc.pipelineId === pipeline.id)
        .map(({ doc }) => ({ workflow: doc, jobs: jobsByWorkflow.get(doc.id) ?? [] })),
    })),
  }
}

function newestFirst(jobs: readonly JobRun[], ids: readonly PipelineId[]): readonly JobRun[] {
  const jobsByPipeline = Map.groupBy(jobs, ({ pipelineId }) => pipelineId)
  return ids.flatMap((id) => jobsByPipeline.get(id) ?? [])
}

async function unsentOf(queries: Queries, installationId: number, sha: string): Promise<number> {
  const [row] = await queries.rows<{ count: number }>(unsent, [installationId, sha])
  return row?.count ?? 0
}

/** SQL: the check row has never been made on GitHub and should be. */
export const isUnsent = (row: string): string =>
  `${row}.github_id is null and ${row}.sent < ${row}.wanted`

const unsent = `
  select count(*)::int as count from check_row
   where installation_id = $1 and sha = $2 and job_id is not null and ${isUnsent('check_row')}`

interface Subject {
  readonly repositoryId: number
  readonly sha: string
  readonly refKind: Ref['kind']
  readonly refName: string
  /** Name of the schedule that began it; null: none did. */
  readonly schedule: string | null
  readonly onDemand: boolean
}

const subjectOf = `
  select repository_id as "repositoryId", sha, ref_kind as "refKind", ref_name as "refName", schedule,
         on_demand as "onDemand"
    from pipeline where id = $1`

async function newestAtCommit(queries: Queries, subject: Subject): Promise<readonly PipelineRun[]> {
  const { repositoryId, sha, refKind, refName, schedule, onDemand } = subject
  const rows = await queries.rows<{ doc: PipelineRun }>(newestOfEachRef, [
    repositoryId,
    sha,
    refKind,
    // Branches share the check of their commit, a tag has its own.
    refKind === 'tag' ? refName : null,
    // What a schedule ran says nothing about the push, and the other way round.
    schedule,
    onDemand,
  ])
  return rows.map(({ doc }) => doc)
}

const newestOfEachRef = `
  select doc from (
    select distinct on (ref_name, pull_request_event) doc, number from pipeline
     where repository_id = $1 and sha = $2 and ref_kind = $3
       and ($4::text is null or ref_name = $4) and schedule is not distinct from $5
       and on_demand = $6
     order by ref_name, pull_request_event, state = 'ignored', number desc) as newest
  order by number desc`

const workflowsOf = `
  select doc from workflow where pipeline_id = any ($1::uuid[]) and not superseded order by place`

const jobsOf = `
  select job.doc, planned from job join workflow on workflow.id = job.workflow_id
   where workflow.pipeline_id = any ($1::uuid[]) and not superseded
   order by position`

import type { Context } from 'hono'
import { artifactAddress } from '../../model/artifact-address.ts'
import { isId, jobId, pipelineId, workflowId } from '../../model/ids.ts'
import type { ApiToken } from '../../ports/tokens.ts'
import type { JobDetail, PipelineDetail } from '../../ports/views.ts'
import { callerOf, type Gate, projectOf, sees } from './caller.ts'
import { pageOf, pageToken } from './pages.ts'
import type { ApiParts } from './parts.ts'
import { notFound } from './problem.ts'
import { endOf, jobShape, pipelineShape, slugOf, startOf, timeOf, workflowShape } from './shapes.ts'

const perPage = 20

/** `GET /project/{slug}/pipeline`, the newest first; `?branch=` for those of one branch. */
export async function listPipelines(c: Context, gate: Gate): Promise<Response> {
  const { parts } = gate
  const { repository } = await projectOf(c, parts, await callerOf(c, gate))
  const found = await parts.lookups.pipelines({
    repositoryId: repository.id,
    limit: perPage + 1,
    before: pageToken(c),
    branch: c.req.query('branch') ?? null,
  })
  return c.json(pageOf(found, perPage, pipelineShape, ({ number }) => number))
}

/** `GET /project/{slug}/pipeline/{number}` */
export async function numberedPipeline(c: Context, gate: Gate): Promise<Response> {
  const { repository } = await projectOf(c, gate.parts, await callerOf(c, gate))
  const number = wholeNumber(c.req.param('number'))
  const id = number && (await gate.parts.lookups.pipelineNumbered(repository.id, number))
  const found = id ? await gate.parts.views.pipeline(id) : null
  if (!found) throw notFound('pipeline')
  return c.json(pipelineShape(found.pipeline))
}

/** `GET /pipeline/{id}` */
export async function onePipeline(c: Context, gate: Gate): Promise<Response> {
  return c.json(pipelineShape((await pipelineAt(c, gate)).pipeline))
}

/** `GET /pipeline/{id}/workflow`: every run, also those that a re-run has replaced. */
export async function workflowsOf(c: Context, gate: Gate): Promise<Response> {
  const { pipeline, workflows } = await pipelineAt(c, gate)
  const items = workflows.map(({ workflow }) => workflowShape(pipeline, workflow))
  return c.json({ items, next_page_token: null })
}

/** `GET /workflow/{id}` */
export async function oneWorkflow(c: Context, gate: Gate): Promise<Response> {
  const { pipeline, workflow } = await workflowAt(c, gate.parts, await callerOf(c, gate))
  return c.json(workflowShape(pipeline, workflow))
}

/** `GET /workflow/{id}/job` */
export async function jobsOf(c: Context, gate: Gate): Promise<Response> {
  const { pipeline, jobs } = await workflowAt(c, gate.parts, await callerOf(c, gate))
  const numbers = await gate.parts.lookups.numbersOf(jobs.map(({ layersOf }) => layersOf))
  const items = jobs.map((job) => jobShape(job, { pipeline, jobs, numbers }))
  return c.json({ items, next_page_token: null })
}

/** `GET /project/{slug}/job/{number}` */
export async function numberedJob(c: Context, gate: Gate): Promise<Response> {
  const { pipeline, workflow, job } = await jobAt(c, gate.parts, await callerOf(c, gate))
  const { repository } = pipeline.trigger
  const [started, stopped] = [startOf(job), endOf(job)]
  return c.json({
    id: job.id,
    number: Number(c.req.param('number')),
    name: job.planned.name,
    status: job.status,
    web_url: `/jobs/${job.id}`,
    project: { slug: slugOf(repository), name: repository.name, external_url: repository.webUrl },
    pipeline: { id: pipeline.id },
    latest_workflow: { id: workflow.id, name: workflow.name },
    parallelism: job.planned.parallelism,
    parallel_runs: job.tasks.map(({ index, status }) => ({ index, status })),
    contexts: job.planned.contexts.map((name) => ({ name })),
    started_at: timeOf(started),
    stopped_at: timeOf(stopped),
    duration: started !== null && stopped !== null ? stopped - started : null,
    because: 'because' in job ? job.because : null,
  })
}

/** `GET /project/{slug}/{number}/artifacts` */
export async function artifactsOf(c: Context, gate: Gate): Promise<Response> {
  const { job } = await jobAt(c, gate.parts, await callerOf(c, gate))
  const { artifacts } = await gate.parts.artifacts.of(job.layersOf, artifactsAtMost)
  const { origin } = new URL(c.req.url)
  const items = artifacts.map(({ path, index, size }) => ({
    path,
    node_index: index,
    size,
    url: `${origin}${artifactAddress(job.layersOf, { index, path })}`,
  }))
  return c.json({ items, next_page_token: null })
}

const artifactsAtMost = 10_000
const testsPerPage = 1000

/** `GET /project/{slug}/{number}/tests` */
export async function testsOf(c: Context, gate: Gate): Promise<Response> {
  const { job } = await jobAt(c, gate.parts, await callerOf(c, gate))
  const from = pageToken(c) ?? 0
  const found = await gate.parts.lookups.tests(job.layersOf, { from, limit: testsPerPage + 1 })
  return c.json(
    pageOf(
      found,
      testsPerPage,
      ({ seconds, ...one }) => ({ ...one, run_time: seconds, source: one.file ?? '' }),
      (_, index) => from + index + 1,
    ),
  )
}

/** The pipeline of the path, for whom it is. */
async function pipelineAt(c: Context, gate: Gate): Promise<PipelineDetail> {
  const caller = await callerOf(c, gate)
  const id = c.req.param('id') ?? ''
  const found = isId(id) ? await gate.parts.views.pipeline(pipelineId(id)) : null
  if (!found || !sees(caller, found.pipeline.trigger.repository.id)) throw notFound('pipeline')
  return found
}

/** The workflow of the path with its jobs. */
export async function workflowAt(c: Context, parts: ApiParts, caller: ApiToken | null) {
  const id = c.req.param('id') ?? ''
  const owner = isId(id) ? await parts.lookups.pipelineOf(workflowId(id)) : null
  const found = owner && (await parts.views.pipeline(owner))
  const one = found?.workflows.find(({ workflow }) => workflow.id === id)
  if (!found || !one || !sees(caller, found.pipeline.trigger.repository.id))
    throw notFound('workflow')
  return { ...found, ...one }
}

/** The job of the path, by its id or by its number in the project. */
export async function jobAt(
  c: Context,
  parts: ApiParts,
  caller: ApiToken | null,
): Promise<JobDetail> {
  const id =
    c.req.param('number') === undefined ? c.req.param('id') : await numbered(c, parts, caller)
  const found = id && isId(id) ? await parts.views.job(jobId(id)) : null
  if (!found || !sees(caller, found.pipeline.trigger.repository.id)) throw notFound('job')
  return found
}

async function numbered(c: Context, parts: ApiParts, caller: ApiToken | null) {
  const { repository } = await projectOf(c, parts, caller)
  const number = wholeNumber(c.req.param('number'))
  return number === null ? null : parts.lookups.jobNumbered(repository.id, number)
}

const wholeNumber = (text = ''): number | null =>
  /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null

import type { Context } from 'hono'
import type { ActionRequested } from '../../model/event.ts'
import { derivedId, type JobId } from '../../model/ids.ts'
import { tokenActor } from '../../model/on-demand.ts'
import { isEnded, type JobRun, type PipelineRun, type WorkflowRun } from '../../model/run.ts'
import type { ApiToken } from '../../ports/tokens.ts'
import { type Gate, operatorOf } from './caller.ts'
import { requestKey } from './once.ts'
import { ApiProblem, notFound } from './problem.ts'
import { jobAt, workflowAt } from './reads.ts'
import { bodyOf, type Fields, refuseWhereBlocked } from './trigger.ts'

type Wish = Pick<ActionRequested, 'action' | 'jobId' | 'workflow' | 'alone'>

interface Asking {
  readonly c: Context
  readonly gate: Gate
  readonly caller: ApiToken
  readonly pipeline: PipelineRun
}

/**
 * Puts what is wished in the inbox. As whom: the person of the token, about whom GitHub is asked as at a
 * click; a token of nobody has its right from whoever made it.
 */
async function put({ c, gate, caller, pipeline }: Asking, wishes: readonly Wish[]): Promise<void> {
  const { parts } = gate
  const key = requestKey(c, parts, caller)
  const by = caller.person ?? tokenActor(caller.name)
  const common = {
    type: 'action-requested',
    pipelineId: pipeline.id,
    at: parts.clock.now(),
    current: true,
    by,
    ...(caller.person === null && { granted: true as const }),
  } as const
  await parts.inbox.put(
    wishes.map((wish, index) => ({ key: `${key}:${index}`, event: { ...common, ...wish } })),
  )
}

const accepted = { message: 'Accepted.' }

/** `POST /workflow/{id}/approve/{approval_request_id}`: only for tokens that act for a person. */
export async function approve(c: Context, gate: Gate): Promise<Response> {
  const caller = await operatorOf(c, gate)
  if (caller.role !== 'approve' || !caller.person)
    throw new ApiProblem(
      403,
      'An approval is a person’s: it takes a token of the role approve that acts for one.',
    )
  const { pipeline, jobs } = await workflowAt(c, gate.parts, caller)
  const job = jobs.find((one) => one.id === c.req.param('request'))
  if (!job || job.planned.type !== 'approval') throw notFound('approval')
  if (job.status !== 'on_hold')
    throw new ApiProblem(409, `The approval is ${job.status} and waits for nobody.`)
  await put({ c, gate, caller, pipeline }, [{ action: 'approve', jobId: job.id }])
  return c.json(accepted, 202)
}

/** `POST /workflow/{id}/cancel` */
export async function cancelWorkflow(c: Context, gate: Gate): Promise<Response> {
  const caller = await operatorOf(c, gate)
  const { pipeline, workflow } = await workflowAt(c, gate.parts, caller)
  refuseReplaced(workflow)
  if (workflow.endedAt !== null) throw new ApiProblem(409, 'The workflow has already ended.')
  const wish = { action: 'cancel', jobId: null, workflow: workflow.name } as const
  await put({ c, gate, caller, pipeline }, [wish])
  return c.json(accepted, 202)
}

/** `POST /project/{slug}/job/{number}/cancel`, `POST /jobs/{id}/cancel`: a job, or a held approval. */
export async function cancelJob(c: Context, gate: Gate): Promise<Response> {
  const caller = await operatorOf(c, gate)
  const { pipeline, job } = await jobAt(c, gate.parts, caller)
  if (isEnded(job)) throw new ApiProblem(409, 'The job has already ended.')
  await put({ c, gate, caller, pipeline }, [{ action: 'cancel', jobId: job.id }])
  return c.json(accepted, 202)
}

const bodyBytes = 64 * 1024

/** `POST /workflow/{id}/rerun`: from the start, from failed, or some jobs. */
export async function rerunWorkflow(c: Context, gate: Gate): Promise<Response> {
  const caller = await operatorOf(c, gate)
  const { pipeline, workflow, jobs } = await workflowAt(c, gate.parts, caller)
  const wishes = wishesOf(await bodyOf(c, bodyBytes), workflow, jobs)
  refuseReplaced(workflow)
  await refuseWhereBlocked(gate.parts, pipeline.trigger.repository)
  await put({ c, gate, caller, pipeline }, wishes)
  // What a continued setup workflow is run again as is a pipeline of its own.
  const isFresh = workflow.setup && pipeline.continuation?.stage !== 'open'
  const next = { workflow_id: derivedId(workflow.id, `attempt ${workflow.attempt + 1}`) }
  return c.json({ ...accepted, ...(!isFresh && next) }, 202)
}

function wishesOf(body: Fields, workflow: WorkflowRun, jobs: readonly JobRun[]): readonly Wish[] {
  const { jobs: named, from_failed: fromFailed, sparse_tree: sparse, enable_ssh: ssh } = body
  for (const [name, flag] of Object.entries({ from_failed: fromFailed, sparse_tree: sparse }))
    if (flag !== undefined && typeof flag !== 'boolean')
      throw new ApiProblem(400, `${name} is true or false.`)
  if (ssh !== undefined && ssh !== false)
    throw new ApiProblem(400, 'Re-runs with SSH are not offered: leave enable_ssh out.')
  if (named !== undefined && fromFailed)
    throw new ApiProblem(400, 'Give jobs or from_failed, not both.')
  if (sparse && named === undefined) throw new ApiProblem(400, 'sparse_tree takes jobs.')
  if (named !== undefined) return jobWishes(named, jobs, sparse === true)
  return [wholeWish(fromFailed === true, workflow, jobs)]
}

function wholeWish(fromFailed: boolean, { name }: WorkflowRun, jobs: readonly JobRun[]): Wish {
  if (fromFailed && !jobs.some(isBad))
    throw new ApiProblem(409, 'Nothing has failed in this workflow.')
  if (!fromFailed && !jobs.every(isEnded))
    throw new ApiProblem(409, 'The workflow still runs: cancel it or wait.')
  return { action: fromFailed ? 'rerun-failed' : 'rerun-all', jobId: null, workflow: name }
}

const isBad = (job: JobRun): boolean => isEnded(job) && job.status !== 'success'

const jobsAtMost = 100

/** With `sparse` what depends on the jobs runs again too, else it keeps its result. */
function jobWishes(named: unknown, jobs: readonly JobRun[], sparse: boolean): readonly Wish[] {
  if (!Array.isArray(named) || named.length === 0 || named.length > jobsAtMost)
    throw new ApiProblem(400, `jobs is a list of 1 to ${jobsAtMost} ids of jobs.`)
  return named.map((id: unknown): Wish => {
    const job = jobs.find((one) => one.id === id)
    if (!job) throw new ApiProblem(404, 'jobs names a job that is not of this workflow.')
    if (!isEnded(job)) throw new ApiProblem(409, `${job.planned.name} has not ended yet.`)
    return wishFor(job.id, sparse)
  })
}

const wishFor = (jobId: JobId, sparse: boolean): Wish => ({
  action: 'rerun-job',
  jobId,
  ...(!sparse && { alone: true }),
})

function refuseReplaced({ supersededBy }: WorkflowRun): void {
  if (supersededBy !== null)
    throw new ApiProblem(409, `The workflow was run again, as ${supersededBy}.`)
}

/**
 * The JSON API, one route a line, below `/api/v2`: CircleCI's paths and shapes. What reads answers without a
 * token what the pages show without one; what changes something takes a token and puts events.
 */
import { type Context, Hono } from 'hono'
import { GitHubUnavailable } from '../../ports/github.ts'
import type { Log } from '../../ports/log.ts'
import { approve, cancelJob, cancelWorkflow, rerunWorkflow } from './actions.ts'
import { openAttempts } from './attempts.ts'
import { block, listBlocks, unblock } from './blocking.ts'
import { type Gate, knownCaller } from './caller.ts'
import { continueByApi } from './continue.ts'
import { logOf, stepsOf } from './logs.ts'
import type { ApiParts } from './parts.ts'
import { ApiProblem } from './problem.ts'
import {
  artifactsOf,
  jobsOf,
  listPipelines,
  numberedJob,
  numberedPipeline,
  onePipeline,
  oneWorkflow,
  testsOf,
  workflowsOf,
} from './reads.ts'
import { triggerPipeline } from './trigger.ts'

type Handler = (c: Context, gate: Gate) => Promise<Response>

const project = '/project/:vcs/:owner/:repo'

const routes: readonly (readonly ['get' | 'post' | 'delete', string, Handler])[] = [
  ['post', `${project}/pipeline`, triggerPipeline],
  ['post', `${project}/pipeline/run`, triggerPipeline],
  ['get', `${project}/pipeline`, listPipelines],
  ['get', `${project}/pipeline/:number`, numberedPipeline],
  ['get', '/pipeline/:id', onePipeline],
  ['get', '/pipeline/:id/workflow', workflowsOf],
  ['get', '/workflow/:id', oneWorkflow],
  ['get', '/workflow/:id/job', jobsOf],
  ['post', '/workflow/:id/approve/:request', approve],
  ['post', '/workflow/:id/cancel', cancelWorkflow],
  ['post', '/workflow/:id/rerun', rerunWorkflow],
  ['get', `${project}/job/:number`, numberedJob],
  ['post', `${project}/job/:number/cancel`, cancelJob],
  ['get', `${project}/job/:number/steps`, stepsOf],
  ['post', '/jobs/:id/cancel', cancelJob],
  ['get', '/jobs/:id/steps', stepsOf],
  ['get', '/jobs/:id/tasks/:task/steps/:step/log', logOf],
  ['get', `${project}/:number/artifacts`, artifactsOf],
  ['get', `${project}/:number/tests`, testsOf],
  ['post', `${project}/block`, block],
  ['delete', `${project}/block`, unblock],
  ['get', '/block', listBlocks],
  ['post', '/block', block],
  ['delete', '/block', unblock],
  ['post', '/block/:owner', block],
  ['delete', '/block/:owner', unblock],
  ['get', '/me', me],
]

export function createApi(parts: ApiParts, log: Log): Hono {
  const api = new Hono()
  const gate = { parts, attempts: openAttempts(() => parts.clock.now()) }
  api.post('/pipeline/continue', (c) => continueByApi(c, parts))
  for (const [method, path, handle] of routes) api[method](path, (c) => handle(c, gate))
  api.all('*', (c) => c.json({ message: 'There is no such endpoint.' }, 404))
  api.onError((error, c) => {
    if (error instanceof ApiProblem) return refusal(c, error)
    if (error instanceof GitHubUnavailable) return refusal(c, unavailable(error))
    log.error({ error, path: c.req.path }, 'a request to the API failed')
    return c.json({ message: 'Sluice could not answer. Its log says why.' }, 500)
  })
  return api
}

/** `GET /me`: whose token this is. */
async function me(c: Context, gate: Gate): Promise<Response> {
  const { id, name, role, person } = await knownCaller(c, gate)
  return c.json({ id, name, login: person?.login ?? null, role })
}

function refusal(c: Context, { status, message, retryAfter }: ApiProblem): Response {
  const headers = retryAfter === null ? {} : { 'retry-after': String(retryAfter) }
  return c.json({ message }, status, headers)
}

const unavailable = ({ retryAfterMs }: GitHubUnavailable): ApiProblem =>
  new ApiProblem(
    503,
    'GitHub does not answer; nothing was changed. Try again.',
    Math.ceil((retryAfterMs ?? 5000) / 1000),
  )

import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { description } from '../description/description.ts'
import { type Fault, takeFault } from '../faults.ts'
import { readBody, urlOf } from '../http.ts'
import type { RequestRecord, World } from '../world.ts'
import { authenticate } from './authenticate.ts'
import { type Answer, findRepository, formerly, type RequestBody } from './call.ts'
import { handlers } from './operations.ts'
import { requirePermission } from './permissions.ts'
import { Refusal, refusalBody } from './refusal.ts'
import { makeRouter, type Route } from './router.ts'
import { answerErrors, validateRequest } from './validate.ts'

export const apiPrefix = '/api/v3'
const largestBody = 10 * 1024 * 1024

export interface RestOptions {
  /** Milliseconds that every request waits, as if GitHub were far away. */
  readonly latencyMs: number
}

export type RestServer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** GitHub's REST API: route, fault, caller, permission, description, handler, description, log. */
export const makeRest = (world: World, { latencyMs }: RestOptions): RestServer => {
  const route = makeRouter(description().operations)
  return async (request, response) => {
    const incoming = await readRequest(world, request)
    const path = incoming.url.pathname.slice(apiPrefix.length)
    const found = route(incoming.method, pathById(world, path))
    if (latencyMs > 0) await sleep(latencyMs)
    const op = found?.operation.id ?? null
    const fault = takeFault(world.faults, op ?? '')
    const answer = await perform(world, incoming, found, fault)
    world.requests.push(toRecord(incoming, op, fault?.status === 'drop' ? 0 : answer.status))
    if (fault?.status === 'drop') request.socket.destroy()
    else send(world, response, answer)
  }
}

interface Incoming {
  readonly time: number
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

const readRequest = async (world: World, request: IncomingMessage): Promise<Incoming> => ({
  time: Date.now(),
  method: request.method ?? 'GET',
  url: urlOf(request, world.url),
  headers: request.headers,
  text: (await readBody(request, largestBody)).toString(),
})

const perform = async (
  world: World,
  incoming: Incoming,
  route: Route | null,
  fault: Fault | null,
): Promise<Answer> => {
  if (fault?.before) return faultAnswer(fault)
  const answer = movedAnswer(world, incoming) ?? (await answerOrRefusal(world, incoming, route))
  return fault ? faultAnswer(fault) : answer
}

/** Where GitHub sends those who use an old name: the repository by its id. */
const pathById = (world: World, path: string): string =>
  path.replace(/^\/repositories\/(\d+)(?=\/|$)/, (all, id: string) => {
    const repository = world.repositories.find((one) => one.id === Number(id))
    return repository ? `/repos/${repository.fullName}` : all
  })

const movedAnswer = (world: World, { method, url }: Incoming): Answer | null => {
  const [, base = '', fullName = '', rest = ''] =
    /^(.*)\/repos\/([^/]+\/[^/]+)(.*)$/.exec(url.pathname) ?? []
  const moved = findRepository(world, fullName) ? null : formerly(world, fullName)
  if (!moved) return null
  const location = `${world.url}${base}/repositories/${moved.id}${rest}${url.search}`
  return {
    status: method === 'GET' ? 301 : 307,
    headers: { location },
    body: { message: 'Moved Permanently', url: location },
  }
}

const faultAnswer = ({ status, headers }: Fault): Answer => ({
  status: status === 'drop' ? 0 : status,
  headers,
  body: {
    message: faultMessage(status, headers),
    documentation_url: 'https://docs.github.com/rest',
  },
})

/** Clients tell the two kinds of rate limit apart by these words and headers. */
const faultMessage = (status: Fault['status'], headers: Fault['headers']): string => {
  if (status !== 403 && status !== 429) return 'The stand-in was asked to fail'
  return headers['x-ratelimit-remaining'] === '0'
    ? 'API rate limit exceeded for installation.'
    : 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
}

const answerOrRefusal = async (
  world: World,
  incoming: Incoming,
  route: Route | null,
): Promise<Answer> => {
  const name = `${incoming.method} ${incoming.url.pathname}`
  try {
    return await answerTo(world, incoming, route)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.extras.violation !== undefined) {
      world.violations.push(`${name}: ${error.extras.violation}`)
    }
    const { headers } = error.extras
    return { status: error.status, body: refusalBody(error), ...(headers && { headers }) }
  }
}

const answerTo = async (world: World, incoming: Incoming, route: Route | null): Promise<Answer> => {
  const handler = route && handlers[route.operation.id]
  if (!handler) {
    throw new Refusal(404, 'Not Found', { violation: 'the stand-in does not play this route' })
  }
  const caller = authenticate(world, incoming.headers.authorization)
  if (caller.kind === 'installation') {
    const { id } = caller.grant.installation
    world.rateLimiter?.admit(id, incoming.method, route.operation.id)
  }
  requirePermission(caller, route.operation.id)
  const body = parseBody(incoming.text)
  const query = Object.fromEntries(incoming.url.searchParams)
  const { url, headers } = incoming
  validateRequest(route, query, body)
  const answer = await handler({
    world,
    caller,
    path: route.path,
    query,
    headers,
    body: body ?? {},
    url,
  })
  return complete(world, route, answer)
}

const parseBody = (text: string): RequestBody | undefined => {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'Problems parsing JSON', { violation: 'the body is not JSON' })
  }
}

/** Fills what the handler left out and checks the whole against GitHub's description. */
const complete = (world: World, { operation }: Route, answer: Answer): Answer => {
  if (answer.body === undefined) return answer
  const schema = operation.answers[String(answer.status)]
  const body = schema ? description().fill(schema, answer.body) : answer.body
  for (const error of answerErrors(operation, answer.status, body)) {
    world.violations.push(`answer to ${operation.id}: ${error}`)
  }
  return { ...answer, body }
}

const toRecord = (incoming: Incoming, op: string | null, status: number): RequestRecord => ({
  time: incoming.time,
  method: incoming.method,
  path: incoming.url.pathname,
  query: incoming.url.search,
  op,
  status,
  body: readableBody(incoming.text),
})

const readableBody = (text: string): unknown => {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return text
  }
}

const send = (world: World, response: ServerResponse, answer: Answer): void => {
  const { raw, body } = answer
  const bytes = raw?.bytes ?? Buffer.from(body === undefined ? '' : JSON.stringify(body))
  response.writeHead(answer.status, {
    'content-type': raw?.type ?? 'application/json; charset=utf-8',
    'content-length': bytes.length,
    // Clients measure their clock against this one.
    date: new Date(world.clock.now()).toUTCString(),
    'x-github-media-type': 'github.v3; format=json',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '5000',
    ...answer.headers,
  })
  response.end(bytes)
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Log } from './ports/log.ts'

/** Answers the request and returns true, or leaves it to others and returns false. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** The request's signal aborts when nobody waits for the answer any more, or the server closes. */
export type WebHandler = (request: Request, from: Origin) => Response | Promise<Response>

export interface Origin {
  /** Of whoever is connected: a proxy's, where there is one. */
  readonly address: string
}

export interface ServerParts {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Asked first: GitHub's deliveries. */
  readonly gitHub: NodeHandler
  /** Everything else: pages and API. */
  readonly web: WebHandler
  readonly log: Log
}

export interface RunningServer {
  /** With the port that it got. */
  readonly url: string
  /** Takes no more requests, ends those under way within ten seconds, then cuts what is left. */
  close(): Promise<void>
}

/** The server does not get its port; the message tells the operator what to do. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

/** What a slow or silent client may take of us, in milliseconds. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 5_000,
}
const graceMs = 10_000

/** Listens until closed. Rejects with `CannotListen`. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const closing = new AbortController()
  const server = createServer(limits, (request, response) => {
    // Without this a connection that is kept for a next request would hold up the closing.
    response.once('close', () => closing.signal.aborted && server.closeIdleConnections())
    void answer(parts, closing.signal, request, response)
  })
  await listening(server, parts)
  return {
    url: urlOf(server, parts.host),
    close: () => {
      closing.abort()
      return closed(server)
    },
  }
}

function listening(server: Server, { host, port }: ServerParts): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new CannotListen(`cannot listen on ${host}:${port}: ${reasonOf(cause)}`, { cause })),
    )
    server.listen({ host, port }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; set PORT to another one, or to 0 for any that is free',
  EACCES: 'this user may not use that port; set PORT to one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; set HOST to one of its own, such as 127.0.0.1',
  ENOTFOUND: 'there is no such host; set HOST to an address of this machine, such as 127.0.0.1',
}

const reasonOf = ({ code = '', message }: NodeJS.ErrnoException): string => reasons[code] ?? message

function urlOf(server: Server, host: string): string {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await promise
  clearTimeout(cut)
}

async function answer(
  { gitHub, web, log }: ServerParts,
  closing: AbortSignal,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    if (await gitHub(incoming, response)) return
    const request = requestOf(incoming, AbortSignal.any([gone.signal, closing]))
    const from = { address: incoming.socket.remoteAddress ?? '' }
    const answered = request ? await web(request, from) : notARequest()
    // What is left of a body that nobody read must not be taken for a next request.
    if (!incoming.complete) response.shouldKeepAlive = false
    await send(answered, response)
  } catch (error) {
    if (gone.signal.aborted) return
    log.error({ error, method: incoming.method, path: incoming.url }, 'a request failed')
    if (response.headersSent) response.destroy()
    else response.writeHead(500, { 'content-type': 'text/plain' }).end('Something went wrong.\n')
  }
}

const notARequest = (): Response => new Response('That is no path.\n', { status: 400 })

/**
 * Null for what is no path, such as a URL meant for a proxy. A body is passed on as it comes: whoever
 * reads it bounds it.
 */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | null {
  const { method = 'GET', url = '', headers } = incoming
  const address = `http://${headers.host ?? 'localhost'}${url}`
  if (!url.startsWith('/') || !URL.canParse(address)) return null
  const request = { method, headers: headersOf(incoming), signal }
  if (method === 'GET' || method === 'HEAD') return new Request(address, request)
  return new Request(address, { ...request, body: Readable.toWeb(incoming), duplex: 'half' })
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  return headers
}

/** A slow reader slows down the source, and one that leaves ends it. */
async function send(answered: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answered.status
  response.setHeaders(answered.headers)
  if (answered.body) await pipeline(Readable.fromWeb(answered.body), response)
  else response.end()
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { SetupFailed } from './failure.ts'
import { type Doors, objectionTo, urlHost } from './guard.ts'
import { problemPage } from './page.ts'
import type { Page, Visit } from './visit.ts'

export interface Listening {
  readonly host: string
  /** With the port that it got. */
  readonly url: string
  /** Resolves when the last page was sent; rejects when something unforeseen went wrong. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** GitHub sends the browser back to this path. */
export const backPath = '/made'

const cookieName = 'sluice_setup'
const limits = { headersTimeout: 10_000, requestTimeout: 10_000, maxHeaderSize: 16_384 }

/** Answers the browser of one visit. Rejects with `SetupFailed` when the address cannot be had. */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  web: string,
  visit: Visit,
): Promise<Listening> {
  const ended = Promise.withResolvers<void>()
  const server = createServer(limits, (request, response) => {
    const doors = { host, web }
    answer(visit, doors, request, response).then(
      (last) => last && ended.resolve(),
      (error: unknown) => {
        response.destroy()
        ended.reject(error)
      },
    )
  })
  await begin(server, host, port)
  return {
    host,
    url: `http://${urlHost(host)}:${portOf(server)}`,
    ended: ended.promise,
    close: () => closed(server),
  }
}

const begin = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new SetupFailed(
          `cannot listen on ${urlHost(host)}:${port}: ${cause.message}; name another address with --listen`,
          { cause },
        ),
      ),
    )
    server.listen({ host, port }, resolve)
  })

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

const portOf = (server: Server): number => {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** True when that was the last page. */
async function answer(
  visit: Visit,
  doors: Doors,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const objection = objectionTo(request, doors)
  if (objection !== null) return send(doors, response, refused(403, `Refused: ${objection}.`))
  const base = `http://${request.headers.host}`
  const target = request.url ?? '/'
  const url = new URL(target.startsWith('/') ? base + target : base)
  const value = (name: string) => url.searchParams.get(name) ?? ''
  if (url.pathname === '/')
    return send(doors, response, visit.first(value('token'), cookieOf(request), base))
  if (url.pathname === backPath)
    return send(doors, response, await visit.back(value('state'), value('code')))
  return send(doors, response, refused(404, 'There is no such page.'))
}

const refused = (status: number, text: string): Page => ({
  status,
  html: problemPage(text),
  cookie: null,
  last: false,
})

const cookieOf = ({ headers }: IncomingMessage): string =>
  new RegExp(`(?:^|; )${cookieName}=([^;]*)`).exec(headers.cookie ?? '')?.[1] ?? ''

/** Resolves when the page is on its way, or its reader has gone. */
async function send(
  { web }: Doors,
  response: ServerResponse,
  { status, html, cookie, last }: Page,
): Promise<boolean> {
  const gone = new Promise<void>((resolve) => {
    response.once('close', resolve)
  })
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    connection: 'close',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; form-action ${web}; base-uri 'none'; frame-ancestors 'none'`,
    // GitHub must not learn the token, but wants to know where the form came from.
    'referrer-policy': 'origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(cookie !== null && {
      'set-cookie': `${cookieName}=${cookie}; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600`,
    }),
  })
  response.end(html)
  await gone
  return last
}

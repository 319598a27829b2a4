import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { parseGitPath, serveGit } from './git/smart-http.ts'
import { BodyTooLarge, sendText, urlOf } from './http.ts'
import { servePages } from './pages/pages.ts'
import { apiPrefix, makeRest, type RestOptions } from './rest/rest.ts'
import type { World } from './world.ts'

/** Listens on a loopback port (0: a free one) and says which. Rejects when it cannot. */
export const listen = async (
  port: number,
): Promise<{ readonly server: Server; readonly port: number }> => {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address to listen on')
  return { server, port: address.port }
}

/** From now on the server is GitHub: REST below `/api/v3`, git, and pages for people. */
export const serve = (server: Server, world: World, options: RestOptions): void => {
  const rest = makeRest(world, options)
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = urlOf(request, world.url)
    if (pathname.startsWith(`${apiPrefix}/`)) return rest(request, response)
    const git = parseGitPath(pathname)
    return git ? serveGit(world, git, request, response) : servePages(world, request, response)
  }
  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => fail(world, request, response, error))
  })
}

/** The client's fault, a client that broke off in the middle, or else our own mistake. */
const fail = (
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void => {
  const brokenOff = request.destroyed && !request.complete
  if (error instanceof BodyTooLarge) return sendText(response, 413, error.message)
  const reason = error instanceof Error ? error.message : String(error)
  if (!brokenOff) {
    world.violations.push(`stand-in failed at ${request.method} ${request.url}: ${reason}`)
  }
  if (response.headersSent) response.destroy()
  else sendText(response, 500, 'The stand-in failed')
}

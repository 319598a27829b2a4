import type { IncomingMessage, ServerResponse } from 'node:http'
import { relative } from 'node:path'
import { takeFault } from '../faults.ts'
import { readBody, sendText, urlOf } from '../http.ts'
import { findRepository, formerly } from '../rest/call.ts'
import { announcePush } from '../webhooks/pushed.ts'
import type { Repository, World } from '../world.ts'
import { gitAccess } from './access.ts'
import { runBackend } from './backend.ts'

const largestPush = 512 * 1024 * 1024

export interface GitPath {
  readonly fullName: string
  /** `info/refs`, `git-upload-pack` or `git-receive-pack`. */
  readonly service: string
}

/** What a path asks of git; null when it is not git's. */
export const parseGitPath = (pathname: string): GitPath | null => {
  const match =
    /^\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(
      pathname,
    )
  return match ? { fullName: match[1] ?? '', service: match[2] ?? '' } : null
}

/** Git over smart HTTP: who may, `git http-backend`, and webhooks for what a push has changed. */
export const serveGit = async (
  world: World,
  { fullName, service }: GitPath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const repository = findRepository(world, fullName) ?? formerly(world, fullName)
  if (!repository) return sendText(response, 404, 'Repository not found.')
  const query = urlOf(request, world.url).search.slice(1)
  const pushes = service === 'git-receive-pack' || query === 'service=git-receive-pack'
  const access = gitAccess(world, repository, request.headers.authorization, pushes)
  if (access.kind === 'unauthenticated') return askWhoItIs(response)
  if (access.kind === 'refused') return sendText(response, 403, access.because)
  const fault = takeFault(world.faults, 'git')
  if (fault?.before) return fail(response, fault.status)
  const backend = { request, response, pathInfo: pathInfo(world, repository, service), query }
  if (service === 'git-receive-pack') {
    const pusher = access.person ?? world.app.bot
    const body = await readBody(request, largestPush)
    if (fault) response.destroy()
    await announcePush(world, repository, pusher, () => runBackend(world.git, { ...backend, body }))
  } else {
    if (fault) response.destroy()
    await runBackend(world.git, { ...backend, body: null })
  }
  // Only now: when `git push` returns, the webhooks are on their way.
  response.end()
}

/** Folders keep the name that the repository was made with. */
const pathInfo = (world: World, { directory }: Repository, service: string): string =>
  `/${relative(world.git.root, directory)}/${service}`

const askWhoItIs = (response: ServerResponse): void => {
  response.setHeader('www-authenticate', 'Basic realm="GitHub"')
  sendText(response, 401, 'Invalid username or token.')
}

const fail = (response: ServerResponse, status: number | 'drop'): void => {
  if (status === 'drop') response.destroy()
  else sendText(response, status, 'The stand-in was asked to fail')
}

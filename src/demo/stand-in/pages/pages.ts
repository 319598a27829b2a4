import type { IncomingMessage, ServerResponse } from 'node:http'
import { findCommit } from '../git/commits.ts'
import { readBody, sendText, urlOf } from '../http.ts'
import { findRepository } from '../rest/call.ts'
import { makeUi, type Ui } from '../ui.ts'
import type { World } from '../world.ts'
import { type ChecksView, checksPage } from './checks-page.ts'
import { isNewAppPath, serveNewApp } from './new-app.ts'
import { checksPath, homePage, repositoryPage } from './repository-page.ts'
import { style, stylePath } from './style.ts'

const largestForm = 4096

/** The pages that people look at. Everybody who reaches the port may see them: it is a demo. */
export const servePages = async (
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const url = urlOf(request, world.url)
  if (url.pathname === stylePath) return send(response, 'text/css', style)
  if (url.pathname === '/') return sendPage(response, homePage(world))
  if (isNewAppPath(url.pathname)) {
    const page = await serveNewApp(world, request, response)
    return page === null ? undefined : sendPage(response, page)
  }
  const [, owner = '', name = '', kind, id = ''] = url.pathname.split('/')
  const repository = findRepository(world, `${owner}/${name}`)
  if (!repository) return sendText(response, 404, 'Not Found')
  if (kind === undefined) return sendPage(response, repositoryPage(world, repository))
  if (kind === 'runs') return showRun(world, response, Number(id))
  const commit = kind === 'commit' ? await findCommit(repository, id) : null
  if (!commit) return sendText(response, 404, 'Not Found')
  const view = { repository, commit, as: url.searchParams.get('as') ?? firstPerson(world) }
  if (request.method === 'POST') return press(makeUi(world), { request, response }, view)
  sendPage(response, checksPage(world, view))
}

const firstPerson = (world: World): string =>
  world.people.find((person) => person.type === 'User')?.login ?? ''

const showRun = (world: World, response: ServerResponse, id: number): void => {
  const suite = world.runs.get(id)?.suite
  if (!suite) return sendText(response, 404, 'Not Found')
  redirect(response, `${checksPath(suite.repository, suite.commit.sha)}#run-${id}`)
}

/** A button was pressed. GitHub, too, tells the person nothing about what the App made of it. */
const press = async (
  ui: Ui,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  { repository, commit }: ChecksView,
): Promise<void> => {
  const site = request.headers['sec-fetch-site'] ?? 'same-origin'
  if (site !== 'same-origin') return sendText(response, 403, 'Buttons work on this page only')
  const form = new URLSearchParams((await readBody(request, largestForm)).toString())
  const field = (name: string) => form.get(name) ?? ''
  try {
    await pressed(ui, field, commit.sha)
  } catch (error) {
    return sendText(response, 422, error instanceof Error ? error.message : 'Unprocessable')
  }
  const as = encodeURIComponent(field('as'))
  redirect(response, `${checksPath(repository, commit.sha)}?as=${as}`)
}

const pressed = (ui: Ui, field: (name: string) => string, sha: string): Promise<void> => {
  const run = Number(field('run'))
  switch (field('do')) {
    case 'action':
      return ui.clickAction(run, field('identifier'), field('as'))
    case 'rerun':
      return ui.rerun(run, field('as'))
    case 'rerun-failed':
      return ui.rerunFailed(sha, field('as'))
    case 'rerun-all':
      return ui.rerunAll(sha, field('as'))
    default:
      throw new Error('there is no such button')
  }
}

const redirect = (response: ServerResponse, location: string): void => {
  response.writeHead(303, { location }).end()
}

const sendPage = (response: ServerResponse, page: string): void => send(response, 'text/html', page)

const send = (response: ServerResponse, type: string, content: string): void => {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  })
  response.end(content)
}

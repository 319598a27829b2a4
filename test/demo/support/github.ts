import { createSign } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import {
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../../src/demo/stand-in/stand-in.ts'
import type { Person, Repository } from '../../../src/demo/stand-in/world.ts'
import { git, scratch } from './git.ts'

/** A webhook as the App's server got it. */
interface Received {
  readonly event: string
  readonly action: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into payloads of every kind
  readonly payload: any
}

export interface Lab {
  readonly github: StandIn
  readonly repository: Repository
  readonly ann: Person
  /** A working copy whose `origin` is the repository, in Ann's name. */
  readonly clone: string
  readonly received: readonly Received[]
  /** What the App's server answers from now on. */
  answerWith(status: number): void
  /** Writes files, commits, pushes; the SHA. */
  push(files: Readonly<Record<string, string>>, message?: string, branch?: string): Promise<string>
  /** Webhooks of this kind, e.g. `push` or `check_run.created`, after everything was delivered. */
  webhooks(kind: string): Promise<readonly Received[]>
}

/** A stand-in with one private repository, one person who may write, and an App that listens. */
export const openLab = async (options: Partial<StandInOptions> = {}): Promise<Lab> => {
  const folder = await scratch()
  const app = await startListener()
  const github = await startStandIn({
    directory: join(folder.path, 'github'),
    webhookUrl: app.url,
    ...options,
  })
  const ann = github.addPerson({ login: 'ann', role: 'write' })
  const repository = await github.createRepository({ owner: 'acme', name: 'shop' })
  const clone = join(folder.path, 'clone')
  await git(folder.path, 'init', '--quiet', '--initial-branch=main', clone)
  await git(clone, 'remote', 'add', 'origin', github.remote('acme/shop', ann))
  onTestFinished(async () => {
    await github.close()
    await app.close()
    await folder[Symbol.asyncDispose]()
  })
  return {
    github,
    repository,
    ann,
    clone,
    received: app.received,
    answerWith: app.answerWith,
    push: (files, message = 'change', branch = 'main') => push(clone, files, message, branch),
    webhooks: async (kind) => {
      await github.settled()
      return app.received.filter(
        (one) => kind === [one.event, one.action].filter(Boolean).join('.'),
      )
    },
  }
}

const push = async (
  clone: string,
  files: Readonly<Record<string, string>>,
  message: string,
  branch: string,
): Promise<string> => {
  const made = Object.entries(files).map(async ([name, content]) => {
    await mkdir(dirname(join(clone, name)), { recursive: true })
    await writeFile(join(clone, name), content)
  })
  await Promise.all(made)
  await git(clone, 'checkout', '--quiet', '-B', branch)
  await git(clone, 'add', '.')
  await git(clone, 'commit', '--quiet', '--allow-empty', '--cleanup=verbatim', '-m', message)
  await git(clone, 'push', '--quiet', 'origin', branch)
  return git(clone, 'rev-parse', 'HEAD')
}

const startListener = async () => {
  const received: Received[] = []
  let status = 200
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    const payload = JSON.parse(body)
    const event = String(request.headers['x-github-event'])
    received.push({ event, action: payload.action, headers: request.headers, body, payload })
    response.writeHead(status).end()
  }
  const server = createServer((request, response) => void receive(request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answerWith: (wanted: number) => {
      status = wanted
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A JWT by the App, with claims of one's own where wanted. */
export const appJwt = (
  { app, clock }: StandIn,
  claims: Readonly<Record<string, unknown>> = {},
  key = app.privateKey,
): string => {
  const now = Math.floor(clock.now() / 1000)
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const head = encode({ alg: 'RS256', typ: 'JWT' })
  const signed = `${head}.${encode({ iat: now - 30, exp: now + 540, iss: app.appId, ...claims })}`
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every kind
  readonly body: any
}

/** Asks the REST API; `path` is below `/api/v3`. */
export const ask = async (
  github: StandIn,
  token: string | null,
  request: string,
  body?: unknown,
): Promise<Answered> => {
  const [method = '', path = ''] = request.split(' ')
  const answer = await fetch(`${github.url}/api/v3${path}`, {
    method,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const content = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: content.startsWith('{') || content.startsWith('[') ? JSON.parse(content) : content,
  }
}

/** A token of the first installation, narrowed as wanted. */
export const installationToken = async (github: StandIn, narrow?: object): Promise<string> => {
  const id = github.installations[0]?.id
  const path = `POST /app/installations/${id}/access_tokens`
  const answer = await ask(github, appJwt(github), path, narrow)
  return answer.body.token
}

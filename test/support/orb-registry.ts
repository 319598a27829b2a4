import { existsSync, readdirSync, readFileSync } from 'node:fs'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { acceptedForms } from '../../src/model/orb-reference.ts'

/** How the registry answers instead of telling what it has. */
export type Fault = (response: ServerResponse) => void

export const faults = {
  /** Never answers. */
  silent: () => undefined,
  status: (status: number) => (response: ServerResponse) => response.writeHead(status).end('no'),
  malformed: (response: ServerResponse) =>
    response.end('<html>sign in to the hotel network</html>'),
  says: (answer: unknown) => (response: ServerResponse) => response.end(JSON.stringify(answer)),
  /** Breaks off in the middle of an answer. */
  closes: (response: ServerResponse) =>
    response
      .writeHead(200, { 'content-length': '1000' })
      .write('{"data":', () => response.destroy()),
  /** Begins and never ends. */
  stalls: (response: ServerResponse) => response.write('{"data":'),
  huge: (response: ServerResponse) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, ' ')));
      response.once('drain', more)
    }
    more()
  },
  redirects: (to: string) => (response: ServerResponse) =>
    response.writeHead(307, { location: to }).end(),
} as const

export interface Asked {
  readonly reference: string
  readonly headers: IncomingHttpHeaders
}

/** A registry in small: the one query that clients send, over real sockets. */
export interface OrbRegistry {
  readonly address: string
  /** Every query, in the order in which they came. */
  readonly asked: readonly Asked[]
  /** Takes orbs by `namespace/orb@1.2.3` or `@dev:label`; the same version again replaces it. */
  publish(reference: string, source: string): void
  /** The next answers, in this order; after them it answers as it should. */
  fail(...next: readonly Fault[]): void
  /** Every answer from now on; null: as it should. */
  failAlways(fault: Fault | null): void
  stop(): Promise<void>
}

export async function startOrbRegistry(
  orbs: Readonly<Record<string, string>> = {},
): Promise<OrbRegistry> {
  const published = new Map(Object.entries(orbs))
  const asked: Asked[] = []
  const next: Fault[] = []
  let always: Fault | null = null
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await text(request)) as Query
    const reference = body.variables.orbVersionRef
    asked.push({ reference, headers: request.headers })
    const fault = next.shift() ?? always
    if (fault) fault(response)
    else response.end(JSON.stringify(answerTo(reference, published)))
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(400).end(String(error)))
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/graphql-unstable`,
    asked,
    publish: (reference, source) => void published.set(reference, source),
    fail: (...more) => void next.push(...more),
    failAlways: (fault) => {
      always = fault
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

interface Query {
  readonly variables: { readonly orbVersionRef: string }
}

function answerTo(reference: string, published: ReadonlyMap<string, string>) {
  const [, name, wanted] = /^([^/@]+\/[^/@]+)@(.+)$/s.exec(reference) ?? []
  if (!name || !wanted) return { errors: [{ message: `malformed reference. ${acceptedForms}` }] }
  const versions = [...published.keys()]
    .filter((one) => one.startsWith(`${name}@`))
    .map((one) => one.slice(name.length + 1))
    .toSorted((one, other) => other.localeCompare(one, 'en', { numeric: true }))
  const version = versions.find((one) => fits(one, wanted))
  if (version === undefined) return { data: { orbVersion: null } }
  return { data: { orbVersion: orbVersion(name, version, versions, published) } }
}

function fits(version: string, wanted: string): boolean {
  if (wanted.startsWith('dev:') || version.startsWith('dev:')) return version === wanted
  return wanted === 'volatile' || `${version}.`.startsWith(`${wanted}.`)
}

function orbVersion(
  name: string,
  version: string,
  versions: readonly string[],
  published: ReadonlyMap<string, string>,
) {
  const createdAt = '2026-11-21T00:00:00.000Z'
  return {
    id: `${name}@${version}`,
    version,
    source: published.get(`${name}@${version}`),
    createdAt,
    orb: {
      id: name,
      name,
      namespace: { name: name.split('/')[0] },
      versions: versions.map((one) => ({ version: one, createdAt })),
    },
  }
}

const folder = resolve(import.meta.dirname, '../../../shared/data/orbs')

/** Real orbs beside the project as version 1.0.0 each; null, with the reason printed, where there are none. */
export function realOrbs(): Readonly<Record<string, string>> | null {
  if (!existsSync(folder)) {
    console.log('not run on real orbs: there are none beside the project')
    return null
  }
  const files = readdirSync(folder).filter((file) => file.endsWith('.yml'))
  return Object.fromEntries(
    files.map((file) => [
      `${file.replace('__', '/').replace(/\.yml$/, '')}@1.0.0`,
      readFileSync(join(folder, file), 'utf8'),
    ]),
  )
}

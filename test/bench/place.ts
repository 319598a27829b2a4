import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { type StandIn, startStandIn } from '../../src/demo/stand-in/stand-in.ts'
import { WorkingCopy } from '../../src/demo/working-copy.ts'
import type { Connection } from '../../src/store/database.ts'
import { startEmbedded } from '../../src/store/embedded/embedded.ts'
import { silentLog } from '../support/log.ts'
import { markers } from '../support/markers.ts'
import { ServerProcess } from '../support/server-process.ts'
import { type Relay, startRelay } from './relay.ts'

/**
 * Where everything is measured: Sluice in a process of its own with the database that it brings along,
 * as people run it, and here the stand-in and whoever listens to what the jobs say.
 */
export interface Place {
  readonly standIn: StandIn
  /** Says when a delivery was answered. */
  readonly relay: Relay
  readonly markers: Awaited<ReturnType<typeof markers>>
  /** To Sluice's own PostgreSQL. */
  readonly database: Client
  /** For programs that share Sluice's database. */
  readonly connection: Connection
  /** Of Sluice's process. */
  readonly pid: number
  /** A repository of the row's own. */
  repository(name: string): Promise<WorkingCopy>
}

/** Tasks at once. */
export const concurrency = 4

/** What Sluice encrypts the secrets of projects with. */
export const secretsKey = Buffer.alloc(32, 7)

/** Opens the place, with more settings for Sluice; whatever it started ends with `stack`. */
export async function openPlace(
  stack: AsyncDisposableStack,
  more: Readonly<Record<string, string>> = {},
): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  stack.defer(() => rm(directory, { recursive: true, force: true }))
  const standIn = await startStandIn({ directory: join(directory, 'github') })
  stack.defer(() => standIn.close())
  const ann = standIn.addPerson({ login: 'ann', role: 'admin' })
  const data = join(directory, 'data')
  const server = new ServerProcess(standIn, data, {
    SLUICE_CONCURRENCY: String(concurrency),
    SLUICE_SECRETS_KEY: secretsKey.toString('base64'),
    ...more,
  })
  await server.start()
  stack.defer(() => server.stop())
  const relay = await startRelay(`${server.url}/api/github/webhooks`)
  stack.defer(() => relay.close())
  standIn.setWebhookUrl(relay.url)
  const heard = await markers()
  stack.defer(() => heard.close())
  return {
    standIn,
    relay,
    markers: heard,
    ...(await connect(data, stack)),
    pid: server.pid,
    repository: async (name) => {
      await standIn.createRepository({ owner: 'acme', name, defaultBranch: 'main' })
      const copy = await WorkingCopy.make(standIn.remote(`acme/${name}`, ann))
      stack.defer(() => copy.remove())
      return copy
    },
  }
}

/** The server runs already, so it is only found. */
async function connect(
  dataDir: string,
  stack: AsyncDisposableStack,
): Promise<Pick<Place, 'database' | 'connection'>> {
  const embedded = await startEmbedded({ dataDir, log: silentLog })
  stack.defer(() => embedded.stop())
  const client = new Client(embedded.connection)
  await client.connect()
  stack.defer(() => client.end())
  return { database: client, connection: embedded.connection }
}

import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type QueryResultRow } from 'pg'
import { systemClock } from '../../src/clock.ts'
import type { Connection } from '../../src/store/database.ts'
import { startEmbedded } from '../../src/store/embedded/embedded.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store, type StoreSettings } from '../../src/store/store.ts'
import { silentLog } from './log.ts'
import { startPostgres, systemPostgres } from './postgres.ts'

/** A PostgreSQL in which tests make databases. */
export interface Server {
  /** To a database from which others can be created. */
  readonly connection: Connection
  /** Null where it is not ours to restart. */
  readonly restart: (() => Promise<void>) | null
  stop(): Promise<void>
}

/** A migrated database of one test's own. */
export interface TestDatabase {
  readonly connection: Connection
  readonly store: Store
  readonly server: Server
  /** Another store on it, as another process would open it. */
  readonly open: (settings?: Partial<StoreSettings>) => Promise<Store>
  /** Straight SQL, for what no port offers, e.g. to let a lease run out. */
  readonly query: <Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ) => Promise<Row[]>
  /** Closes all of its stores and removes it. */
  close(): Promise<void>
}

/** How a suite that runs on several servers gets a database of a test's own. */
export type Open = (settings?: Partial<StoreSettings>) => Promise<TestDatabase>

let ours: Promise<Server> | null = null

/**
 * A migrated database with an open store, in a PostgreSQL that this test process starts once and that
 * ends with it. Call `close` when done.
 */
export async function testDatabase(settings: Partial<StoreSettings> = {}): Promise<TestDatabase> {
  ours ??= startServer()
  return databaseOn(await ours, settings)
}

/** The system's PostgreSQL where there is one, since it starts without durability and so quicker. */
async function startServer(): Promise<Server> {
  const bin = systemPostgres()
  return bin ? startPostgres(bin) : embeddedServer()
}

/** On the database that Sluice brings along. Its files go with this process if not before. */
export async function embeddedServer(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-test-'))
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  let embedded = await startEmbedded({ dataDir, log: silentLog })
  return {
    connection: embedded.connection,
    restart: async () => {
      await embedded.stop()
      embedded = await startEmbedded({ dataDir, log: silentLog })
    },
    stop: async () => {
      await embedded.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const templates = new WeakMap<Server, Promise<string>>()
let made = 0

export async function databaseOn(
  server: Server,
  settings: Partial<StoreSettings> = {},
): Promise<TestDatabase> {
  if (!templates.has(server)) templates.set(server, makeTemplate(server))
  const template = await templates.get(server)
  const connection = await createDatabase(server, template)
  const stores = new Set<Store>()
  const open = async (more: Partial<StoreSettings> = {}) => {
    const store = await openStore({ ...defaults, connection, ...settings, ...more })
    stores.add(store)
    return store
  }
  return {
    connection,
    server,
    store: await open(),
    open,
    query: (text, values) => ask(connection, text, values),
    close: async () => {
      await Promise.all([...stores].map((store) => store.close()))
      await dropDatabase(server, connection)
    },
  }
}

const defaults = { log: silentLog, clock: systemClock }

async function makeTemplate(server: Server): Promise<string> {
  const connection = await createDatabase(server)
  await migrate(connection)
  return nameOf(connection)
}

/** An empty database, or a copy of `template`. */
export async function createDatabase(server: Server, template?: string): Promise<Connection> {
  const name = `sluice_test_${process.pid}_${made++}`
  const copied = template === undefined ? '' : ` template ${template}`
  await ask(server.connection, `create database ${name}${copied}`)
  const { connectionString } = server.connection
  if (connectionString === undefined) return { ...server.connection, database: name }
  const url = new URL(connectionString)
  url.pathname = name
  return { connectionString: url.href }
}

export async function dropDatabase(server: Server, connection: Connection): Promise<void> {
  await ask(server.connection, `drop database if exists ${nameOf(connection)} with (force)`)
}

const nameOf = ({ connectionString, database }: Connection): string =>
  connectionString === undefined
    ? (database ?? '')
    : new URL(connectionString).pathname.replace('/', '')

async function ask<Row extends QueryResultRow>(
  connection: Connection,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

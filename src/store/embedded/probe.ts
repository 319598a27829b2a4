import { Client } from 'pg'
import { codeOf, EmbeddedError, messageOf } from './problem.ts'
import { user } from './program.ts'
import { port } from './socket.ts'

/** What `pg` needs to connect. Complete, so that PGPORT and its like in the environment do not count. */
export interface Connection {
  /** Folder of the unix socket. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  readonly ssl: false
}

export const connectionAt = (host: string): Connection => ({
  host,
  port,
  user,
  database: 'sluice',
  ssl: false,
})

/** Whether a server listens, and which. */
export type Answer =
  | { readonly kind: 'absent' }
  /** It starts, recovers, shuts down, or has no connection to spare: ask again. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'ready'; readonly client: Client; readonly server: ServerFacts }

export interface ServerFacts {
  readonly version: string
  readonly source: 'system' | 'npm'
  /** What the starting process called itself; empty when it was not Sluice. */
  readonly owner: string
}

/**
 * Connects, makes the database `sluice` when it is missing, and asks the server about itself. The caller
 * ends the client of a `ready` answer. Rejects with `EmbeddedError` when a server answers something else.
 */
export async function ask(connection: Connection): Promise<Answer> {
  try {
    return await question(await connectOrCreate(connection))
  } catch (error) {
    return { kind: kindOf(error, connection) }
  }
}

async function question(client: Client): Promise<Answer> {
  try {
    return { kind: 'ready', client, server: await factsOf(client) }
  } catch (error) {
    await client.end()
    throw error
  }
}

async function connectOrCreate(connection: Connection): Promise<Client> {
  try {
    return await connect(connection)
  } catch (error) {
    if (codeOf(error) !== '3D000') throw error
    await createDatabase(connection)
    return connect(connection)
  }
}

async function connect(connection: Connection): Promise<Client> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 10_000 })
  // Without a listener a lost connection would end the process; `end` tells all the same.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function createDatabase(connection: Connection): Promise<void> {
  const client = await connect({ ...connection, database: 'postgres' })
  try {
    await client.query(`create database ${connection.database}`)
  } catch (error) {
    // Another process was quicker.
    if (!['42P04', '23505'].includes(codeOf(error))) throw error
  } finally {
    await client.end()
  }
}

async function factsOf(client: Client): Promise<ServerFacts> {
  const { rows } = await client.query<{ version: string; source: string; owner: string }>(
    `select split_part(current_setting('server_version'), ' ', 1) as version,
            coalesce(current_setting('sluice.source', true), '') as source,
            coalesce(current_setting('sluice.owner', true), '') as owner`,
  )
  const [facts = { version: '', source: '', owner: '' }] = rows
  return { ...facts, source: facts.source === 'npm' ? 'npm' : 'system' }
}

function kindOf(error: unknown, { host }: Connection): 'absent' | 'busy' {
  const code = codeOf(error)
  if (['ENOENT', 'ECONNREFUSED'].includes(code)) return 'absent'
  if (busyCodes.includes(code) || /terminated|timeout/i.test(messageOf(error))) return 'busy'
  throw new EmbeddedError(
    `The PostgreSQL behind ${host} does not let Sluice in: ${messageOf(error)}`,
    { cause: error },
  )
}

/** Starting up or shutting down, ended by an administrator or a crash, full, or gone while it answered. */
const busyCodes = ['57P03', '57P01', '57P02', '53300', 'ECONNRESET', 'EPIPE', 'EAGAIN']

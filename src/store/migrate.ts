import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Client, Pool } from 'pg'
import { type Connection, clientSettings } from './database.ts'
import { migrations } from './migrations/migrations.ts'

/** A newer program has changed the tables: this one must not write to them. */
export class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew'
}

export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'
}

/** The tables are older than the program, or not there. */
export class DatabaseNotMigrated extends Error {
  override readonly name = 'DatabaseNotMigrated'
}

const migrationTable = 'sluice_migration'

/**
 * Brings the tables up to date. Several programs may do it at once: one works, the others wait.
 * Rejects with `DatabaseUnreachable` or `DatabaseTooNew`; a migration that fails changes nothing.
 */
export async function migrate(connection: Connection): Promise<void> {
  await refuseNewer(connection)
  const pool = new Pool({ ...clientSettings(connection), ...patient, max: 1 })
  pool.on('error', () => {})
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const { error } = await migratorOf(db).migrateToLatest()
    if (error !== undefined) {
      throw new Error(`the database could not be brought up to date: ${messageOf(error)}`, {
        cause: error,
      })
    }
  } finally {
    await db.destroy()
  }
}

/** Rejects unless the tables are what this program expects. */
export async function requireMigrated(connection: Connection): Promise<void> {
  const done = new Set(await refuseNewer(connection))
  const missing = Object.keys(migrations).filter((name) => !done.has(name))
  if (missing.length > 0) {
    throw new DatabaseNotMigrated(
      `the database lacks ${missing.join(', ')}: run \`sluice migrate\` first`,
    )
  }
}

/** Building an index may take long, and so may waiting for another starter that does. */
const patient = {
  statement_timeout: 0,
  query_timeout: 0,
  idle_in_transaction_session_timeout: 0,
} as const

const migratorOf = (db: Kysely<unknown>): Migrator =>
  new Migrator({
    db,
    provider: { getMigrations: async () => steps() },
    migrationTableName: migrationTable,
    migrationLockTableName: `${migrationTable}_lock`,
  })

const steps = () =>
  Object.fromEntries(
    Object.entries(migrations).map(([name, text]) => [
      name,
      { up: async (db: Kysely<unknown>) => void (await sql.raw(text).execute(db)) },
    ]),
  )

/** Names of the migrations that were done; rejects when one of them is not ours. */
async function refuseNewer(connection: Connection): Promise<readonly string[]> {
  const done = await migrationsDone(connection)
  const unknown = done.filter((name) => !(name in migrations))
  if (unknown.length > 0) {
    throw new DatabaseTooNew(
      `the database was changed by a newer Sluice (${unknown.join(', ')}): use that version, or a database of its own`,
    )
  }
  return done
}

async function migrationsDone(connection: Connection): Promise<readonly string[]> {
  const client = new Client(clientSettings(connection))
  client.on('error', () => {})
  try {
    await connect(client)
    const { rows: tables } = await client.query<{ found: boolean }>(
      'select to_regclass($1) is not null as found',
      [migrationTable],
    )
    if (!tables[0]?.found) return []
    const { rows } = await client.query<{ name: string }>(`select name from ${migrationTable}`)
    return rows.map(({ name }) => name)
  } finally {
    await client.end().catch(() => {})
  }
}

async function connect(client: Client): Promise<void> {
  try {
    await client.connect()
  } catch (cause) {
    const place = `${client.host}:${client.port}/${client.database ?? ''}`
    throw new DatabaseUnreachable(
      `cannot reach the database ${place}: ${messageOf(cause)}. Is it running, and are address, user and password right?`,
      { cause },
    )
  }
}

/** Node reports a host with several addresses as several errors under one that says nothing. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

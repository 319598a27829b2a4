import {
  type ClientConfig,
  Pool,
  type PoolClient,
  type QueryResultRow,
  TypeOverrides,
  types,
} from 'pg'
import type { Log } from '../ports/log.ts'

/** Where a database is, in the words of `pg`. */
export type Connection = Pick<
  ClientConfig,
  'connectionString' | 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'
>

/** SQL with a name is prepared once per connection: for the statements that run all the time. */
export type Statement = string | { readonly name: string; readonly text: string }

export interface Queries {
  rows<Row extends QueryResultRow>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<readonly Row[]>
  /** Runs a statement of which only the number of rows matters. */
  change(statement: Statement, values?: readonly unknown[]): Promise<number>
}

export interface Database extends Queries {
  /** Commits when `work` resolves, rolls back when it rejects. Only for short work inside the database. */
  transaction<Answer>(work: (queries: Queries) => Promise<Answer>): Promise<Answer>
  /** Several reads that see one moment: what they find together was true together. */
  snapshot<Answer>(work: (queries: Queries) => Promise<Answer>): Promise<Answer>
  close(): Promise<void>
}

/** Our 64-bit numbers are ids of GitHub, sizes and milliseconds: all far below 2^53. */
const numbers = new TypeOverrides()
numbers.setTypeParser(types.builtins.INT8, Number)

/** What every connection of ours is made with: nothing waits for ever, also when the network is gone. */
export const clientSettings = (connection: Connection): ClientConfig => ({
  ...connection,
  application_name: 'sluice',
  connectionTimeoutMillis: 10_000,
  statement_timeout: 30_000,
  query_timeout: 40_000,
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types: numbers,
})

/** A pool of connections that replaces broken ones by itself. */
export function openDatabase(connection: Connection, log: Log): Database {
  const pool = new Pool({ ...clientSettings(connection), max: 10 })
  let closing = false
  // The pool says that it has ended when its last connections are still being closed.
  const complain = (error: Error) => {
    if (!closing) log.warn({ error: error.message }, 'a database connection broke')
  }
  // Without listeners a server restart would end the process: on idle connections the pool reports
  // the error, on those in use the client does.
  pool.on('error', complain)
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    ...queriesOf(pool),
    transaction: (work) => transaction(pool, 'begin', work),
    snapshot: (work) => transaction(pool, 'begin isolation level repeatable read read only', work),
    close: () => {
      closing = true
      return pool.end()
    },
  }
}

export function queriesOf(client: Pick<PoolClient, 'query'>): Queries {
  const run = (statement: Statement, values: readonly unknown[] = []) =>
    typeof statement === 'string'
      ? client.query(statement, [...values])
      : client.query({ ...statement, values: [...values] })
  return {
    rows: async (statement, values) => (await run(statement, values)).rows,
    change: async (statement, values) => (await run(statement, values)).rowCount ?? 0,
  }
}

async function transaction<Answer>(
  pool: Pool,
  begin: string,
  work: (queries: Queries) => Promise<Answer>,
): Promise<Answer> {
  const client = await pool.connect()
  try {
    await client.query(begin)
    const answer = await work(queriesOf(client))
    const { command } = await client.query('commit')
    // What PostgreSQL answers when a statement had failed and nobody told us.
    if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back')
    client.release()
    return answer
  } catch (error) {
    // A connection that cannot even roll back is thrown away, and with it the transaction.
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    )
    throw error
  }
}

/** PostgreSQL refuses NUL in text; in documents it is allowed. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD')

import { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Connection } from '../../src/store/database.ts'
import {
  DatabaseNotMigrated,
  DatabaseTooNew,
  DatabaseUnreachable,
  migrate,
} from '../../src/store/migrate.ts'
import { migrations } from '../../src/store/migrations/migrations.ts'
import { openStore } from '../../src/store/store.ts'
import { createDatabase, dropDatabase, type Server } from '../support/database.ts'
import { silentLog } from '../support/log.ts'

const settings = { log: silentLog, clock: systemClock }

export function migrateContract(server: () => Server): void {
  const made: Connection[] = []
  const empty = async () => {
    const connection = await createDatabase(server())
    made.push(connection)
    return connection
  }
  afterEach(async () => {
    for (const connection of made.splice(0)) await dropDatabase(server(), connection)
  })

  test('brings an empty database up to date, and changes nothing the second time', async () => {
    const connection = await empty()
    await migrate(connection)
    const before = await query(connection, 'select name from sluice_migration')
    await migrate(connection)
    expect(await query(connection, 'select name from sluice_migration')).toEqual(before)
    const store = await openStore({ connection, ...settings })
    expect(await store.conveyor.untilDue(10)).toBe(10)
    await store.close()
  })

  test('works once when three programs start at the same time', async () => {
    const connection = await empty()
    await Promise.all([migrate(connection), migrate(connection), migrate(connection)])
    const names = await query(connection, 'select name from sluice_migration')
    expect(names).toEqual(Object.keys(migrations).map((name) => ({ name })))
  })

  test('refuses a database that a newer program changed, without touching it', async () => {
    const connection = await empty()
    await migrate(connection)
    await query(
      connection,
      `insert into sluice_migration values ('0999-from-the-future', '2099-01-01')`,
    )
    await expect(migrate(connection)).rejects.toThrow(DatabaseTooNew)
    await expect(migrate(connection)).rejects.toThrow('0999-from-the-future')
    await expect(openStore({ connection, ...settings })).rejects.toThrow(DatabaseTooNew)
  })

  test('does not open a database that was not migrated', async () => {
    const connection = await empty()
    await expect(openStore({ connection, ...settings })).rejects.toThrow(DatabaseNotMigrated)
  })

  test('names the place of a database that cannot be reached, never the password', async () => {
    const nowhere = { connectionString: 'postgres://ann:hunter2@127.0.0.1:1/shop' }
    const failure = await migrate(nowhere).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(DatabaseUnreachable)
    expect(String(failure)).toContain('127.0.0.1:1/shop')
    expect(String(failure)).not.toContain('hunter2')
    await expect(openStore({ connection: nowhere, ...settings })).rejects.toThrow(
      DatabaseUnreachable,
    )
  })

  test('says so when the database does not exist', async () => {
    const connection = await empty()
    await dropDatabase(server(), connection)
    await expect(migrate(connection)).rejects.toThrow(DatabaseUnreachable)
    await expect(migrate(connection)).rejects.toThrow('does not exist')
  })
}

async function query(connection: Connection, text: string): Promise<readonly unknown[]> {
  const client = new Client(connection)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

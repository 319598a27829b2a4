import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { workerId } from '../../src/model/ids.ts'
import type { Open, TestDatabase } from '../support/database.ts'
import { anEvent, aRun, claimed, drain, handle, save } from './store-runs.ts'

const heals = { timeout: 20_000, interval: 50 }

/** Breaks every connection of the stores: by a restart where the server is ours, else one by one. */
async function interrupt({ server, query }: TestDatabase): Promise<void> {
  if (server.restart) return server.restart()
  await query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'sluice%'`,
  )
}

export function faultsContract(open: Open): void {
  test('works again by itself after the server was restarted, and has lost nothing', async () => {
    const database = await open()
    const { store } = database
    const run = aRun()
    await save(store, run)
    await store.inbox.put([{ key: 'before', event: anEvent(run, 7) }])
    await interrupt(database)
    await expect.poll(() => store.views.ping().then(() => 'pong', String), heals).toBe('pong')
    expect(await drain(store)).toEqual([anEvent(run, 7)])
    expect((await store.views.pipeline(run.pipeline.id))?.pipeline).toEqual(run.pipeline)
  })

  test('hears hints of other processes again after its connection broke', async () => {
    const database = await open()
    const other = await database.open()
    let hints = 0
    other.wake.on('inbox', () => hints++)
    await interrupt(database)
    await expect.poll(() => hints, heals).toBeGreaterThan(0)
    hints = 0
    await expect
      .poll(
        () => database.store.inbox.put([{ key: 'after', event: anEvent(aRun()) }]).catch(() => 0),
        heals,
      )
      .toBe(1)
    await expect.poll(() => hints, heals).toBeGreaterThan(0)
  })

  test('holds its identity again after its connection broke', async () => {
    const database = await open()
    const [known, spare] = [workerId(randomUUID()), workerId(randomUUID())]
    await database.store.tasks.identity([known], spare)
    await database.store.tasks.register({ id: known, name: 'worker' })
    let heard = 0
    database.store.wake.on('inbox', () => heard++)
    await interrupt(database)
    await expect.poll(() => heard, heals).toBeGreaterThan(0)
    const other = await database.open({ clock: { ...systemClock, sleep: () => Promise.resolve() } })
    expect(await other.tasks.identity([known], spare)).toBe(spare)
    expect(await database.store.tasks.renew(known)).toBe(true)
  })

  test('tells a worker that its identity was taken while its connection was broken', async () => {
    const { store, query, connection } = await open()
    const id = workerId(randomUUID())
    await store.tasks.identity([id], id)
    await store.tasks.register({ id, name: 'worker' })
    expect(await store.tasks.renew(id)).toBe(true)
    const thief = new Client(connection)
    await thief.connect()
    const stolen = thief.query('select pg_advisory_lock(7303, hashtext($1))', [id])
    const locks = `from pg_locks where locktype = 'advisory' and classid = 7303 and database = (
      select oid from pg_database where datname = current_database())`
    await expect.poll(() => query(`select pid ${locks} and not granted`), heals).toHaveLength(1)
    await query(`select pg_terminate_backend(pid) ${locks} and granted`)
    await stolen
    await expect.poll(() => store.tasks.renew(id), heals).toBe(false)
    await thief.end()
  })

  test('a connection that breaks while an event is handled undoes all of it, and the event comes again', async () => {
    const database = await open()
    const { store, query } = database
    const run = aRun()
    await store.inbox.put([{ key: 'one', event: anEvent(run) }])
    await store.conveyor.take(async (taken) => {
      await taken.load({})
      await query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where state = 'idle in transaction' and datname = current_database()`,
      )
      await taken.load({
        project: true,
        whole: 'all',
        jobs: [run.jobs[0]?.id].filter((id) => id !== undefined),
      })
    })
    await query('update event set due_at = now()')
    expect(await drain(store)).toEqual([anEvent(run)])
  })

  test('a lost answer to the end of a task is made good by asking again', async () => {
    const { store, open: again } = await open()
    const { worker, task } = await claimed(store)
    await drain(store)
    const outcome = { kind: 'success' } as const
    await Promise.all([
      store.tasks.finish(worker, task, outcome),
      (await again()).tasks.finish(worker, task, outcome),
    ]).then((answers) => expect(answers).toEqual([true, true]))
    expect(await drain(store)).toHaveLength(1)
  })

  test('no connection stays in use when handlers fail', async () => {
    const { store, query } = await open()
    const run = aRun()
    for (let count = 0; count < 25; count++) {
      await store.inbox.put([{ key: `event ${count}`, event: anEvent(run, count) }])
      await store.conveyor.take(() => Promise.reject(new Error('no')))
    }
    await query('update event set due_at = now()')
    await handle(store, anEvent(run, 99), async () => {})
    const [row] = await query<{ busy: number }>(
      `select count(*)::int as busy from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'`,
    )
    expect(row?.busy).toBe(0)
  })
}

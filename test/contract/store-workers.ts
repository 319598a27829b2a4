import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { workerId } from '../../src/model/ids.ts'
import type { Open, TestDatabase } from '../support/database.ts'
import { aRun, aTask, aWorker, claimed, drain, effect, queue, save } from './store-runs.ts'

const fresh = () => workerId(randomUUID())
const success = { kind: 'success' } as const

/** A clock whose time can be moved on. */
function movableClock() {
  const clock = { ...systemClock, ahead: 0, now: () => Date.now() + clock.ahead }
  return clock
}

/** A database whose sweep has been watching for longer than a lease. */
async function watched(open: Open): Promise<TestDatabase> {
  const clock = movableClock()
  const database = await open({ clock })
  for (const ahead of [0, 4_000, 8_000, 12_000]) {
    clock.ahead = ahead
    expect(await database.store.tasks.reap()).toBe(0)
  }
  return database
}

const expire = ({ query }: TestDatabase) =>
  query(`update worker set lease_until = now() - interval '1 second'`)

export function workersContract(open: Open): void {
  test('takes a lease of nine seconds and renews it', async () => {
    const { store, query } = await open()
    const worker = await aWorker(store)
    const left = async () => {
      const [row] = await query<{ s: number }>(
        'select extract(epoch from lease_until - now())::float8 as s from worker',
      )
      return row?.s ?? 0
    }
    expect(await left()).toBeLessThanOrEqual(9)
    expect(await left()).toBeGreaterThan(5)
    await query(`update worker set lease_until = now() + interval '1 second'`)
    expect(await store.tasks.renew(worker)).toBe(true)
    expect(await left()).toBeGreaterThan(5)
    await query(`update worker set lease_until = now() + interval '1 second'`)
    await store.tasks.register({ id: worker, name: 'worker' })
    expect(await left()).toBeGreaterThan(5)
  })

  test('does not renew what was never taken', async () => {
    const { store } = await open()
    expect(await store.tasks.renew(fresh())).toBe(false)
  })

  test('ends the tasks of a worker whose lease ran out as lost, with the cause', async () => {
    const database = await watched(open)
    const { store } = database
    const { run, worker, task } = await claimed(store)
    const alive = await aWorker(store)
    await drain(store)
    expect(await store.tasks.reap()).toBe(0)
    await expire(database)
    await store.tasks.register({ id: alive, name: 'alive' })
    expect(await store.tasks.reap()).toBe(1)
    expect(await store.tasks.reap()).toBe(0)
    expect(await drain(store)).toEqual([
      {
        type: 'task-finished',
        pipelineId: run.pipeline.id,
        at: expect.any(Number),
        jobId: task.jobId,
        taskId: task.taskId,
        worker: 'worker',
        outcome: {
          kind: 'lost',
          because: 'worker worker did not renew its lease: the process or its machine is gone',
        },
      },
    ])
    expect(await store.tasks.renew(worker)).toBe(false)
    expect(await store.tasks.renew(alive)).toBe(true)
  })

  test('refuses everything that a lost worker says afterwards', async () => {
    const database = await watched(open)
    const { store } = database
    const { worker, task } = await claimed(store)
    await expire(database)
    await store.tasks.reap()
    await store.tasks.register({ id: worker, name: 'back' })
    expect(await store.tasks.finish(worker, task, success)).toBe(false)
    expect(await store.tasks.adopt(worker)).toEqual([])
    const key = { taskId: task.taskId, step: 0 }
    expect(
      await store.logs.append(task.claim, key, { offset: 0, bytes: Buffer.from('x'), source: 1 }),
    ).toBe(false)
  })

  test('keeps the tasks of a worker that comes back before the sweep, however late', async () => {
    const database = await watched(open)
    const { store } = database
    const { run, worker, task } = await claimed(store)
    await drain(store)
    await expire(database)
    await store.tasks.register({ id: worker, name: 'worker' })
    expect(await store.tasks.reap()).toBe(0)
    const [adopted] = await store.tasks.adopt(worker)
    expect(adopted).toEqual({ ...task, claim: task.claim + 1, adopted: true })
    expect(await drain(store)).toEqual([])
    await effect(store, run, [{ type: 'cancel-task', taskId: task.taskId, because: 'ann' }])
    expect(await store.tasks.canceled(worker)).toEqual([task.taskId])
  })

  test('renews a lease that ran out as long as nobody took the tasks away', async () => {
    const database = await watched(open)
    const { store } = database
    const { worker, task } = await claimed(store)
    await expire(database)
    expect(await store.tasks.renew(worker)).toBe(true)
    expect(await store.tasks.reap()).toBe(0)
    expect(await store.tasks.finish(worker, task, success)).toBe(true)
  })

  test('sweeps nobody away while it has not watched for a lease: they get time to come back', async () => {
    const clock = movableClock()
    const database = await open({ clock })
    const { store } = database
    await claimed(store)
    await expire(database)
    for (const ahead of [0, 4_000, 8_000]) {
      clock.ahead = ahead
      expect(await store.tasks.reap()).toBe(0)
    }
    clock.ahead = 12_000
    expect(await store.tasks.reap()).toBe(1)
  })

  test('begins to watch anew when it could not look for a while', async () => {
    const clock = movableClock()
    const database = await open({ clock })
    const { store } = database
    await claimed(store)
    await expire(database)
    for (const ahead of [0, 4_000, 60_000, 64_000, 68_000]) {
      clock.ahead = ahead
      expect(await store.tasks.reap()).toBe(0)
    }
    clock.ahead = 72_000
    expect(await store.tasks.reap()).toBe(1)
  })

  test('ends each lost task once when several processes sweep', async () => {
    const clock = movableClock()
    const database = await open({ clock })
    const stores = [database.store, await database.open(), await database.open()]
    const jobs = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`j${index}`, '']))
    const run = aRun({ graph: jobs })
    await save(
      database.store,
      run,
      run.jobs.map((job) => queue(aTask(run, job))),
    )
    for (const store of stores) await store.tasks.claim(await aWorker(store), 7)
    await drain(database.store)
    const sweep = () => Promise.all(stores.map((store) => store.tasks.reap()))
    for (const ahead of [0, 4_000, 8_000]) {
      clock.ahead = ahead
      await sweep()
    }
    await expire(database)
    clock.ahead = 12_000
    const lost = await sweep()
    expect(lost.reduce((sum, count) => sum + count, 0)).toBe(20)
    expect(await drain(database.store)).toHaveLength(20)
  })

  test('gives an identity to one living process, and the next to another', async () => {
    const { store, open: again } = await open()
    const other = await again({ clock: { ...systemClock, sleep: () => Promise.resolve() } })
    const [known, spare] = [fresh(), fresh()]
    expect(await store.tasks.identity([known], spare)).toBe(known)
    expect(await other.tasks.identity([known], spare)).toBe(spare)
    expect(await other.tasks.identity([known, spare], fresh())).not.toBe(known)
  })

  test('gives two workers of one process an identity each', async () => {
    const { store } = await open()
    const [known, spare] = [fresh(), fresh()]
    expect(await store.tasks.identity([known], spare)).toBe(known)
    expect(await store.tasks.identity([known], spare)).toBe(spare)
  })

  test('frees an identity when its process ends, and when it leaves', async () => {
    const { store, open: again } = await open()
    const known = fresh()
    const gone = await again()
    expect(await gone.tasks.identity([known], fresh())).toBe(known)
    await gone.close()
    expect(await store.tasks.identity([known], fresh())).toBe(known)
    await store.tasks.leave(known)
    const other = await again()
    expect(await other.tasks.identity([known], fresh())).toBe(known)
  })

  test('renews the lease of an identity that is taken up again, before anybody can sweep', async () => {
    const database = await watched(open)
    const { store } = database
    const { worker } = await claimed(store)
    await expire(database)
    expect(await store.tasks.identity([worker], fresh())).toBe(worker)
    expect(await store.tasks.reap()).toBe(0)
    expect(await store.tasks.adopt(worker)).toHaveLength(1)
  })

  test('leaves claimed tasks to whoever comes back, until the lease would have ended', async () => {
    const database = await watched(open)
    const { store } = database
    const { worker } = await claimed(store)
    await store.tasks.leave(worker)
    expect(await store.tasks.reap()).toBe(0)
    await store.tasks.register({ id: worker, name: 'worker' })
    expect(await store.tasks.adopt(worker)).toHaveLength(1)
    await store.tasks.leave(worker)
    await expire(database)
    expect(await store.tasks.reap()).toBe(1)
  })

  test('a worker without tasks is gone when it leaves', async () => {
    const { store } = await open()
    const worker = await aWorker(store)
    await store.tasks.leave(worker)
    expect(await store.tasks.renew(worker)).toBe(false)
    expect(await store.views.workers()).toEqual([])
  })
}

import { expect, test } from 'vitest'
import type { Event } from '../../src/model/event.ts'
import type { Outcome } from '../../src/model/run.ts'
import type { Taken } from '../../src/ports/inbox.ts'
import type { Store } from '../../src/store/store.ts'
import type { Open } from '../support/database.ts'
import {
  anEvent,
  aRun,
  aTask,
  aWorker,
  changesOf,
  drain,
  named,
  nothingChanged,
  queue,
  type Run,
  save,
  triggered,
} from './store-runs.ts'

const putAll = (store: Store, events: readonly Event[]) =>
  store.inbox.put(events.map((event, index) => ({ key: `event ${index}`, event })))

const failed: Outcome = { kind: 'failed', because: 'exit 1', step: 'step', exitCode: 1 }

/** A handler that does not end before `release`. */
function held() {
  const begun = Promise.withResolvers<Event>()
  const released = Promise.withResolvers<void>()
  return {
    begun: begun.promise,
    release: () => released.resolve(),
    handler: async ({ event }: Taken) => {
      begun.resolve(event)
      await released.promise
    },
  }
}

export function conveyorContract(open: Open): void {
  test('says when nothing is due', async () => {
    const { store } = await open()
    expect(await store.conveyor.take(async () => expect.unreachable())).toBe(false)
  })

  test('takes the oldest event first, and each event once', async () => {
    const { store } = await open()
    const [one, two] = [aRun(), aRun()]
    const events = [anEvent(one, 1), anEvent(two, 2), anEvent(one, 3), anEvent(two, 4)]
    await putAll(store, events)
    expect(await drain(store)).toEqual(events)
  })

  test('takes what happened in a pipeline with a failure first, in its order', async () => {
    const { store } = await open()
    const [other, well, bad] = [aRun(), aRun(), aRun()]
    const badTask = aTask(bad, named(bad, 'build'))
    await save(store, well, [queue(aTask(well, named(well, 'build')))])
    await save(store, bad, [queue(badTask)])
    const worker = await aWorker(store)
    await putAll(store, [anEvent(other, 1), anEvent(bad, 2)])
    for (const task of await store.tasks.claim(worker, 2)) {
      const isBad = task.taskId === badTask.taskId
      await store.tasks.finish(worker, task, isBad ? failed : { kind: 'success' })
    }
    const taken = (await drain(store)).map(({ pipelineId, type }) => [pipelineId, type])
    expect(taken).toEqual([
      [bad.pipeline.id, anEvent(bad).type],
      [bad.pipeline.id, 'task-started'],
      [bad.pipeline.id, 'task-finished'],
      [other.pipeline.id, anEvent(other).type],
      [well.pipeline.id, 'task-started'],
      [well.pipeline.id, 'task-finished'],
    ])
  })

  test('never gives two takers one pipeline, and passes over it to the next', async () => {
    const { store } = await open()
    const [busy, free] = [aRun(), aRun()]
    await putAll(store, [anEvent(busy, 1), anEvent(busy, 2), anEvent(free, 3)])
    const first = held()
    const taking = store.conveyor.take(first.handler)
    expect(await first.begun).toEqual(anEvent(busy, 1))
    expect(await drain(store)).toEqual([anEvent(free, 3)])
    first.release()
    expect(await taking).toBe(true)
    expect(await drain(store)).toEqual([anEvent(busy, 2)])
  })

  test('many takers in two processes handle every event once, each pipeline in order and alone', async () => {
    const { store, open: again } = await open()
    const other = await again()
    const runs = Array.from({ length: 5 }, () => aRun())
    const events = Array.from({ length: 20 }, (_, at) => runs.map((run) => anEvent(run, at))).flat()
    await putAll(store, events)
    const working = new Set<string>()
    const seen = new Map<string, number[]>()
    const handler = async (taken: Taken) => {
      const { event } = taken
      expect(working).not.toContain(event.pipelineId)
      working.add(event.pipelineId)
      await taken.load({})
      seen.set(event.pipelineId, [...(seen.get(event.pipelineId) ?? []), event.at])
      working.delete(event.pipelineId)
    }
    const taker = async (from: Store) => {
      while (seen.values().reduce((sum, list) => sum + list.length, 0) < events.length) {
        if (!(await from.conveyor.take(handler))) await from.views.ping()
      }
    }
    await Promise.all([store, store, store, other, other, other].map(taker))
    const inOrder = Array.from({ length: 20 }, (_, at) => at)
    expect([...seen.values()]).toEqual(runs.map(() => inOrder))
    expect(await store.conveyor.aside()).toEqual([])
  })

  test('saves changes and effects together with the end of the event', async () => {
    const { store } = await open()
    const run = aRun()
    await putAll(store, [triggered(run)])
    await store.conveyor.take(async (taken) => {
      expect((await taken.load({})).pipeline).toBeNull()
      await taken.save(changesOf(run), [{ type: 'later', event: anEvent(run, 5), at: 5 }])
    })
    expect(await drain(store)).toEqual([anEvent(run, 5)])
    expect((await store.views.pipeline(run.pipeline.id))?.pipeline).toEqual(run.pipeline)
  })

  test('keeps nothing of a handler that throws after it saved, and gives the event out again', async () => {
    const { store, query } = await open()
    const run = aRun()
    await putAll(store, [triggered(run)])
    const effects = run.jobs.map((job) => queue(aTask(run, job)))
    const taken = await store.conveyor.take(async (event) => {
      await event.save(changesOf(run), effects)
      throw new Error('too late')
    })
    expect(taken).toBe(true)
    expect(await store.views.pipeline(run.pipeline.id)).toBeNull()
    expect(await query('select id from task')).toEqual([])
    expect(await drain(store)).toEqual([])
    await query('update event set due_at = now()')
    expect(await drain(store)).toEqual([triggered(run)])
  })

  test('keeps nothing of a handler that hides the failure of a statement', async () => {
    const { store, query } = await open()
    const run = aRun()
    const orphan: Run = { ...run, workflow: { ...run.workflow, pipelineId: aRun().pipeline.id } }
    await putAll(store, [triggered(run)])
    await store.conveyor.take(async (taken) => {
      await taken.save(changesOf(orphan), []).catch(() => {})
    })
    expect(await drain(store)).toEqual([])
    await query('update event set due_at = now()')
    expect(await drain(store)).toEqual([triggered(run)])
    expect(await store.views.pipeline(run.pipeline.id)).toBeNull()
  })

  test('waits longer after each failure, up to five minutes', async () => {
    const { store, query } = await open()
    await putAll(store, [anEvent(aRun())])
    const waits: number[] = []
    for (let tries = 0; tries < 9; tries++) {
      await store.conveyor.take(() => Promise.reject(new Error('no')))
      const [row] = await query<{ wait: number }>(
        `select round(extract(epoch from due_at - now()) + 0.3)::int as wait from event`,
      )
      waits.push(row?.wait ?? 0)
      await query('update event set due_at = now()')
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256])
  })

  test('sets an event aside after ten failures, with its error, and goes on with the next', async () => {
    const { store, query } = await open()
    const [bad, good] = [aRun(), aRun()]
    await putAll(store, [anEvent(bad, 1), anEvent(bad, 2), anEvent(good, 3)])
    for (let tries = 0; tries < 10; tries++) {
      expect(await store.conveyor.aside()).toEqual([])
      await store.conveyor.take(() => Promise.reject(new Error('cannot \0 be done')))
      await query(`update event set due_at = now() where tries > 0`)
      await query(`update event set due_at = now() + interval '1 hour' where tries = 0`)
    }
    const [aside, ...more] = await store.conveyor.aside()
    expect(more).toEqual([])
    expect(aside?.event).toEqual(anEvent(bad, 1))
    expect(aside?.error).toContain('be done')
    await query(`update event set due_at = now()`)
    expect(await drain(store)).toEqual([anEvent(bad, 2), anEvent(good, 3)])
    expect(await store.conveyor.aside()).toHaveLength(1)
  })

  test('holds back an event until it is due, and says how long that is', async () => {
    const { store } = await open()
    const run = aRun()
    expect(await store.conveyor.untilDue(700)).toBe(700)
    await putAll(store, [triggered(run)])
    const at = Date.now() + 60_000
    await store.conveyor.take((taken) =>
      taken.save(changesOf(run), [
        { type: 'later', event: anEvent(run, at), at },
        { type: 'later', event: anEvent(run, at), at },
      ]),
    )
    expect(await drain(store)).toEqual([])
    expect(await store.conveyor.untilDue(700)).toBe(700)
    const wait = await store.conveyor.untilDue(3_600_000)
    expect(wait).toBeGreaterThan(30_000)
    expect(wait).toBeLessThanOrEqual(60_000)
  })

  test('does not say that the event of a busy pipeline is due at once', async () => {
    const { store } = await open()
    const run = aRun()
    await putAll(store, [anEvent(run, 1), anEvent(run, 2)])
    const first = held()
    const taking = store.conveyor.take(first.handler)
    await first.begun
    expect(await store.conveyor.untilDue(1_000)).toBeGreaterThan(0)
    first.release()
    await taking
  })

  test('refuses to save twice, and to load or save after the handler has ended', async () => {
    const { store } = await open()
    await putAll(store, [anEvent(aRun())])
    const kept: Taken[] = []
    await store.conveyor.take(async (taken) => {
      kept.push(taken)
      await taken.save(nothingChanged, [])
      await expect(taken.save(nothingChanged, [])).rejects.toThrow('once')
    })
    await expect(kept[0]?.load({})).rejects.toThrow('no longer')
    await expect(kept[0]?.save(nothingChanged, [])).rejects.toThrow('held')
  })
}

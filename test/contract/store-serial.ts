import { expect, test } from 'vitest'
import type { Effect } from '../../src/model/effect.ts'
import type { Event } from '../../src/model/event.ts'
import type { Open } from '../support/database.ts'
import {
  anEvent,
  aRun,
  drain,
  effect,
  nothingChanged,
  type Run,
  type RunOptions,
  save,
} from './store-runs.ts'

type Enter = Extract<Effect, { type: 'serial-enter' }>

const idOf = (run: Run) => {
  const [job] = run.jobs
  if (job === undefined) throw new Error('a run without jobs')
  return job.id
}
const entering = (run: Run, scope: string): Enter => ({
  type: 'serial-enter',
  scope,
  repositoryId: run.pipeline.trigger.repository.id,
  number: run.pipeline.number,
  jobId: idOf(run),
  pipelineId: run.pipeline.id,
})

async function stage(open: Open) {
  const { store } = await open()
  const names = new Map<string, string>()
  const told: string[] = []
  const hear = (event: Event) => {
    if (event.type === 'serial-granted' || event.type === 'serial-passed')
      told.push(`${names.get(event.jobId)} ${event.type.replace('serial-', '')}`)
  }
  const listen = async () => {
    for (const event of await drain(store)) hear(event)
  }
  /** What was heard since the last call, as `NAME granted`. */
  const heard = async () => {
    await listen()
    return told.splice(0)
  }
  /** To handle an event takes those before it, which must not be lost. */
  const act = async (run: Run, acts: Effect) => {
    await listen()
    await effect(store, run, [acts])
  }
  return {
    store,
    hear,
    heard,
    stored: async (name: string, options: RunOptions = {}) => {
      const run = aRun(options)
      names.set(idOf(run), name)
      await save(store, run)
      return run
    },
    enter: (run: Run, scope = 'acme/deploy') => act(run, entering(run, scope)),
    leave: (run: Run, scope = 'acme/deploy') =>
      act(run, { type: 'serial-leave', scope, jobId: idOf(run) }),
  }
}

export function serialContract(open: Open): void {
  test('of a serial group one job has the turn; it goes on in the order of coming', async () => {
    const { stored, enter, leave, heard } = await stage(open)
    const [a, b, c] = [
      await stored('a', { number: 1 }),
      await stored('b', { number: 2 }),
      await stored('c', { number: 3 }),
    ]
    await enter(a)
    expect(await heard()).toEqual(['a granted'])
    await enter(b)
    await enter(c)
    expect(await heard()).toEqual([])
    await leave(a)
    expect(await heard()).toEqual(['b granted'])
    await leave(b)
    expect(await heard()).toEqual(['c granted'])
    await leave(c)
    expect(await heard()).toEqual([])
  })

  test('groups do not wait for each other', async () => {
    const { stored, enter, heard } = await stage(open)
    const [a, b] = [await stored('a', { number: 1 }), await stored('b', { number: 2 })]
    await enter(a, 'acme/one')
    await enter(b, 'acme/two')
    expect(await heard()).toEqual(['a granted', 'b granted'])
  })

  test('an older pipeline of the repository is passed over while a newer one waits or runs', async () => {
    const { stored, enter, leave, heard } = await stage(open)
    const newer = await stored('newer', { number: 7 })
    const older = await stored('older', { number: 6 })
    const other = await stored('other', { number: 1, repositoryId: 999 })
    await enter(newer)
    await enter(older)
    await enter(other)
    expect(await heard()).toEqual(['newer granted', 'older passed'])
    await leave(newer)
    expect(await heard()).toEqual(['other granted'])
    await leave(other)
    await enter(await stored('again', { number: 2 }))
    expect(await heard(), 'an idle group takes an old pipeline').toEqual(['again granted'])
  })

  test('one that leaves while it waits is left out, and one that comes twice is there once', async () => {
    const { stored, enter, leave, heard } = await stage(open)
    const [a, b, c] = [
      await stored('a', { number: 1 }),
      await stored('b', { number: 2 }),
      await stored('c', { number: 3 }),
    ]
    for (const run of [a, b, b, c]) await enter(run)
    await leave(b)
    await leave(a)
    expect(await heard()).toEqual(['a granted', 'c granted'])
  })

  test('of many that come at once exactly one has the turn, and then each', async () => {
    const { store, stored, leave, hear, heard } = await stage(open)
    const runs = new Map<string, Run>()
    for (let index = 0; index < 8; index += 1)
      runs.set(`job ${index}`, await stored(`job ${index}`, { number: 1 }))
    const all = [...runs.values()]
    await store.inbox.put(all.map((run) => ({ key: run.pipeline.id, event: anEvent(run) })))
    // What a turn comes to is an event as well, and may be taken while others still come.
    const take = () =>
      store.conveyor.take(async (taken) => {
        const run = all.find(({ pipeline }) => pipeline.id === taken.event.pipelineId)
        if (taken.event.type !== 'rerun-due' || run === undefined) return hear(taken.event)
        await taken.save(nothingChanged, [entering(run, 'acme/deploy')])
      })
    const takeAll = async () => {
      while (await take()) continue
    }
    await Promise.all(all.map(takeAll))
    const order: string[] = []
    for (let [next, ...more] = await heard(); next !== undefined; [next, ...more] = await heard()) {
      expect(more).toEqual([])
      const name = next.replace(' granted', '')
      order.push(name)
      const run = runs.get(name)
      if (run) await leave(run)
    }
    expect(order.toSorted()).toEqual([...runs.keys()])
  })
}

import { expect, test } from 'vitest'
import { pipelineId } from '../../src/model/ids.ts'
import type { Continuation, PipelineRun } from '../../src/model/run.ts'
import type { ContinuationWish } from '../../src/ports/continuations.ts'
import type { Open } from '../support/database.ts'
import { uuid } from '../support/runs.ts'
import { aRun, save } from './store-runs.ts'

const config = { file: 'next.yml', text: 'version: 2.1\n\u0000', parameters: { a: true } }

/** A pipeline that is as far, with the wish to continue it. */
async function stage(open: Open, continuation: Continuation | null, change: object = {}) {
  const { store } = await open()
  const plain = aRun()
  const pipeline: PipelineRun = {
    ...plain.pipeline,
    createdAt: Date.now(),
    continuation,
    ...change,
  }
  await save(store, { ...plain, pipeline })
  const wish = (by: string): ContinuationWish => ({ pipelineId: pipeline.id, by, config })
  const taken = async () => {
    const events: unknown[] = []
    while (await store.conveyor.take(async ({ event }) => void events.push(event))) continue
    return events.filter((event) => JSON.stringify(event).includes('"continued"'))
  }
  return { store, pipeline, wish, taken }
}

const open: Continuation = { stage: 'open', taken: [] }

export function continuationsContract(openStore: Open): void {
  test('of many requests at once one is accepted and put, the others are told', async () => {
    const { store, wish, taken, pipeline } = await stage(openStore, open)
    const all = ['a', 'b', 'c', 'd']
    // Connections are made first, so that the requests really meet.
    await Promise.all(all.map(() => store.views.ping()))
    const asked = all.map((by) => store.continuations.request(wish(by)))
    const answers = await Promise.all(asked)
    expect(answers.toSorted()).toEqual(['accepted', 'taken', 'taken', 'taken'])
    const [event, ...more] = await taken()
    expect(more).toEqual([])
    expect(event).toMatchObject({ type: 'continued', pipelineId: pipeline.id, config })
  })

  test('the same request again is accepted again, and put once', async () => {
    const { store, wish, taken } = await stage(openStore, open)
    expect(await store.continuations.request(wish('a'))).toBe('accepted')
    expect(await store.continuations.request(wish('a'))).toBe('accepted')
    expect(await store.continuations.request(wish('b'))).toBe('taken')
    expect(await taken()).toHaveLength(1)
  })

  test('what the pipeline says counts after the request was handled', async () => {
    const { store, wish, taken } = await stage(openStore, { stage: 'compiling', by: 'a' })
    expect(await store.continuations.request(wish('a'))).toBe('accepted')
    expect(await store.continuations.request(wish('b'))).toBe('taken')
    expect(await taken()).toEqual([])
  })

  test('an ordinary, an old and an unknown pipeline cannot be continued', async () => {
    const ordinary = await stage(openStore, null)
    expect(await ordinary.store.continuations.request(ordinary.wish('a'))).toBe('not-setup')
    const old = await stage(openStore, open, { createdAt: Date.now() - 6 * 60 * 60 * 1000 - 1 })
    expect(await old.store.continuations.request(old.wish('a'))).toBe('too-late')
    const unknown = { ...old.wish('a'), pipelineId: pipelineId(uuid('f')) }
    expect(await old.store.continuations.request(unknown)).toBe('unknown')
    expect(await ordinary.taken()).toEqual([])
    expect(await old.taken()).toEqual([])
  })
}

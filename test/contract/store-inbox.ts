import { expect, test } from 'vitest'
import type { NewEvent } from '../../src/ports/inbox.ts'
import type { Open } from '../support/database.ts'
import { anEvent, aRun, drain } from './store-runs.ts'

export function inboxContract(open: Open): void {
  test('accepts a key once and says how many were new', async () => {
    const { store } = await open()
    const run = aRun()
    const one = { key: 'one', event: anEvent(run, 1) }
    expect(await store.inbox.put([one])).toBe(1)
    expect(await store.inbox.put([one, { key: 'two', event: anEvent(run, 2) }])).toBe(1)
    expect(await store.inbox.put([one])).toBe(0)
    expect(await drain(store)).toEqual([anEvent(run, 1), anEvent(run, 2)])
  })

  test('accepts a key once when it comes twice at the same time', async () => {
    const { store } = await open()
    const events = [{ key: 'delivery', event: anEvent(aRun()) }]
    const added = await Promise.all(Array.from({ length: 8 }, () => store.inbox.put(events)))
    expect(added.filter((count) => count === 1)).toEqual([1])
    expect(added.filter((count) => count === 0)).toHaveLength(7)
  })

  test('knows the key of an event that was handled, and forgets it after a month', async () => {
    const { store, query } = await open()
    const events = [{ key: 'delivery', event: anEvent(aRun()) }]
    await store.inbox.put(events)
    await drain(store)
    await query(`update event set ended_at = now() - interval '30 days'`)
    expect(await store.forgetOld()).toBe(0)
    expect(await store.inbox.put(events)).toBe(0)
    await query(`update event set ended_at = now() - interval '32 days'`)
    expect(await store.forgetOld()).toBe(1)
    expect(await store.inbox.put(events)).toBe(1)
  })

  test('stores all of several events or none', async () => {
    const { store } = await open()
    const event = anEvent(aRun())
    const unstorable: NewEvent = {
      key: 'bad',
      event: { ...event, pipelineId: 'no id' as typeof event.pipelineId },
    }
    await expect(store.inbox.put([{ key: 'good', event }, unstorable])).rejects.toThrow('uuid')
    expect(await drain(store)).toEqual([])
  })

  test('gives back text as it came, with NUL characters, lone surrogates and the order of keys', async () => {
    const { store } = await open()
    const run = aRun()
    const trigger = {
      ...run.pipeline.trigger,
      commit: { ...run.pipeline.trigger.commit, subject: 'a\0b \ud800 \u{1f600} \\u0000' },
      parameters: { zebra: 1, ant: { '10': true, '9': false } },
    }
    const event = { type: 'triggered', pipelineId: run.pipeline.id, at: 0, trigger } as const
    await store.inbox.put([{ key: 'odd', event }])
    const [taken] = await drain(store)
    expect(taken).toEqual(event)
    expect(JSON.stringify(taken)).toBe(JSON.stringify(event))
  })

  test('does nothing when given nothing', async () => {
    const { store } = await open()
    expect(await store.inbox.put([])).toBe(0)
  })
}

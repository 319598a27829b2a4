import { expect, test } from 'vitest'
import type { Effect } from '../../src/model/effect.ts'
import { ann } from '../support/builders.ts'
import type { Open } from '../support/database.ts'
import { aRun, type Run, save } from './store-runs.ts'

const compile = (run: Run): Effect => ({
  type: 'compile',
  pipelineId: run.pipeline.id,
  number: run.pipeline.number,
  trigger: run.pipeline.trigger,
  continuation: null,
})

const ask = (run: Run): Effect => ({
  type: 'ask-permission',
  pipelineId: run.pipeline.id,
  repository: run.pipeline.trigger.repository,
  request: { person: ann, action: 'approve', jobId: null },
})

export function outboxContract(open: Open): void {
  test('gives out each effect once while its lease lasts, oldest first', async () => {
    const { store } = await open()
    const run = aRun()
    await save(store, run, [compile(run), ask(run), compile(run)])
    const [first, rest] = [await store.outbox.lease(1), await store.outbox.lease(10)]
    expect([...first, ...rest].map(({ effect }) => effect)).toEqual([
      compile(run),
      ask(run),
      compile(run),
    ])
    expect(first[0]?.tries).toBe(0)
    expect(await store.outbox.lease(10)).toEqual([])
  })

  test('gives out an effect again when its lease ends without an answer', async () => {
    const { store, query } = await open()
    const run = aRun()
    await save(store, run, [compile(run)])
    const leased = await store.outbox.lease(1)
    const [row] = await query<{ s: number }>(
      'select extract(epoch from due_at - now())::float8 as s from effect',
    )
    expect(row?.s).toBeGreaterThan(30)
    expect(row?.s).toBeLessThanOrEqual(60)
    await query('update effect set due_at = now()')
    expect(await store.outbox.lease(1)).toEqual(leased)
  })

  test('forgets what is done, and counts what failed', async () => {
    const { store } = await open()
    const run = aRun()
    await save(store, run, [compile(run), ask(run)])
    const [done, failed] = await store.outbox.lease(2)
    await store.outbox.done(done?.id ?? '')
    await store.outbox.failed(failed?.id ?? '', 'GitHub \0 is away', 0)
    expect(await store.outbox.lease(2)).toEqual([{ id: failed?.id, effect: ask(run), tries: 1 }])
    await store.outbox.failed(failed?.id ?? '', 'GitHub is away', 60_000)
    expect(await store.outbox.lease(2)).toEqual([])
  })

  test('never leases one effect to two processes', async () => {
    const { store, open: again } = await open()
    const other = await again()
    const run = aRun()
    await save(
      store,
      run,
      Array.from({ length: 40 }, () => compile(run)),
    )
    const leased = await Promise.all(
      [store, other, store, other].map((one) => one.outbox.lease(10)),
    )
    expect(new Set(leased.flat().map(({ id }) => id)).size).toBe(40)
  })
}

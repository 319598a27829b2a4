import { expect, test } from 'vitest'
import { workspaceId } from '../../src/model/ids.ts'
import type { Artifact } from '../../src/ports/artifacts.ts'
import type { Open } from '../support/database.ts'
import { aRun, claimed, named, save } from './store-runs.ts'

const artifact = (path: string, change: Partial<Artifact> = {}): Artifact => ({
  index: 0,
  path,
  blob: `blob of ${path}`,
  size: 5_000_000_000,
  ...change,
})

export function artifactsContract(open: Open): void {
  test('lists the artifacts of a job by task and path, and finds each', async () => {
    const { store } = await open()
    const { task } = await claimed(store)
    const [b, a, c] = [artifact('b'), artifact('a/ä 😀'), artifact('a', { index: 1 })]
    expect(await store.artifacts.add(task, [c, b])).toBe(true)
    expect(await store.artifacts.add(task, [a])).toBe(true)
    expect(await store.artifacts.of(task.jobId, 10)).toEqual({ artifacts: [a, b, c], total: 3 })
    expect(await store.artifacts.of(task.jobId, 1)).toEqual({ artifacts: [a], total: 3 })
    expect(await store.artifacts.find(task.jobId, 1, 'a')).toEqual(c)
    expect(await store.artifacts.find(task.jobId, 2, 'a')).toBeNull()
    expect(await store.artifacts.find(task.jobId, 0, 'a')).toBeNull()
  })

  test('replaces an artifact of the same path, also within one call', async () => {
    const { store } = await open()
    const { task } = await claimed(store)
    await store.artifacts.add(task, [artifact('a'), artifact('a', { blob: 'second' })])
    expect((await store.artifacts.find(task.jobId, 0, 'a'))?.blob).toBe('second')
    await store.artifacts.add(task, [artifact('a', { blob: 'third' })])
    expect((await store.artifacts.of(task.jobId, 10)).artifacts.map(({ blob }) => blob)).toEqual([
      'third',
    ])
  })

  test('refuses an old claim', async () => {
    const { store } = await open()
    const { task } = await claimed(store)
    const old = { ...task, claim: task.claim - 1 }
    expect(await store.artifacts.add(old, [artifact('a')])).toBe(false)
    expect((await store.artifacts.of(task.jobId, 10)).total).toBe(0)
  })

  test('shows them in the facts of the check', async () => {
    const { store } = await open()
    const { run, task } = await claimed(store)
    await store.artifacts.add(task, [artifact('a')])
    const row = await checkOf(store, run.pipeline.id, task.jobId)
    expect(row).toMatchObject({ artifacts: { artifacts: [artifact('a')], total: 1 } })
  })

  test('keeps them for thirty days', async () => {
    const { store, query } = await open()
    const { task } = await claimed(store)
    await store.artifacts.add(task, [artifact('a'), artifact('b')])
    const [row] = await query<{ days: number }>(
      `select extract(epoch from kept_until - now()) / 86400 as days from artifact`,
    )
    expect(Math.round(Number(row?.days))).toBe(30)
    await query(`update artifact set kept_until = now() where path = 'a'`)
    expect((await store.artifacts.of(task.jobId, 10)).total).toBe(1)
    expect(await store.artifacts.find(task.jobId, 0, 'a')).toBeNull()
    expect(await store.blobReferences.expire()).toBe(1)
    expect(await store.blobReferences.referenced()).toEqual(new Set(['blob of b']))
  })

  test('counts the layers of workspaces as references for fifteen days, those from before too', async () => {
    const { store, query } = await open()
    const run = aRun()
    await save(store, run)
    const layer = (blob: string, sequence: number) => ({
      jobId: named(run, 'build').id,
      jobName: 'build',
      index: 0,
      sequence,
      blob,
      paths: ['x'],
    })
    const space = workspaceId(run.workflow.workspaceId)
    await store.workspaces.add(space, layer('new', 0))
    await store.workspaces.add(space, layer('before', 1))
    await query('update workspace_layer set blob = null where sequence = 1')
    expect(await store.blobReferences.referenced()).toEqual(new Set(['new', 'before']))
    await query(
      `update workspace_layer set added_at = now() - interval '15 days' where sequence = 0`,
    )
    expect(await store.blobReferences.expire()).toBe(1)
    expect(await store.blobReferences.expire()).toBe(0)
    expect(await store.blobReferences.referenced()).toEqual(new Set(['before']))
    await store.workspaces.add(space, layer('again', 0))
    expect(await store.blobReferences.referenced()).toEqual(new Set(['before', 'again']))
  })
}

type Store = Awaited<ReturnType<Open>>['store']
type Row = Parameters<Store['checks']['facts']>[0]

/** The facts of a job's check, as the publisher would ask for them. */
export const checkOf = (
  store: Store,
  pipelineId: Parameters<Store['views']['pipeline']>[0],
  jobId: Parameters<Store['views']['job']>[0],
) => store.checks.facts({ subject: { kind: 'job', jobId, pipelineId } } as Row)

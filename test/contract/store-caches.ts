import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { taskId } from '../../src/model/ids.ts'
import type { Cache, CacheScope } from '../../src/ports/caches.ts'
import type { Open } from '../support/database.ts'

const ours: CacheScope = { repositoryId: 1, fork: '' }
const by = (change: object = {}) => ({ taskId: taskId(randomUUID()), step: 3, days: 15, ...change })

const cache = (key: string, blob = key): Cache => ({
  key,
  build: '7',
  parts: [{ base: 'home', blob, size: 12, paths: ['project/node_modules', 'a \0 b'] }],
})

export function cachesContract(open: Open): void {
  test('gives back what was saved, to every process', async () => {
    const { store, open: another } = await open()
    const writer = by()
    expect(await store.caches.save(ours, cache('v1-abc'), writer)).toBe(true)
    const found = await (await another()).caches.find(ours, 'v1-abc')
    const { taskId: task, step } = writer
    expect(found).toEqual({ ...cache('v1-abc'), savedAt: expect.any(Number), taskId: task, step })
    expect(Math.abs((found?.savedAt ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  test('6.3 match: a key is a prefix, and of all matches the one saved last wins, even over an exact name', async () => {
    const { store } = await open()
    const { caches } = store
    for (const key of ['v1-myapp-cache', 'v1-myapp-cache-old', 'v1-myapp-cache-new', 'v1-other'])
      await caches.save(ours, cache(key), by())
    expect((await caches.find(ours, 'v1-myapp-cache'))?.key).toBe('v1-myapp-cache-new')
    expect((await caches.find(ours, 'v1-'))?.key).toBe('v1-other')
    expect(await caches.find(ours, 'v2-')).toBeNull()
    expect((await caches.exact(ours, 'v1-myapp-cache'))?.key).toBe('v1-myapp-cache')
    expect(await caches.exact(ours, 'v1-myapp')).toBeNull()
  })

  test('takes no sign of a key for a wildcard', async () => {
    const { store } = await open()
    for (const key of ['a%c', 'abc', 'a_c']) await store.caches.save(ours, cache(key), by())
    expect((await store.caches.find(ours, 'a%'))?.key).toBe('a%c')
    expect((await store.caches.find(ours, 'ab'))?.key).toBe('abc')
    expect(await store.caches.find(ours, '\\')).toBeNull()
  })

  test('6.3 immutable: the first writer of a key wins, also of many at once', async () => {
    const { store, open: another } = await open()
    expect(await store.caches.save(ours, cache('k', 'first'), by())).toBe(true)
    expect(await store.caches.save(ours, cache('k', 'second'), by())).toBe(false)
    expect((await store.caches.find(ours, 'k'))?.parts[0]?.blob).toBe('first')
    const stores = [store, await another(), await another()]
    const saved = await Promise.all(
      stores.map(({ caches }, at) => caches.save(ours, cache('race', `${at}`), by())),
    )
    expect(saved.filter(Boolean)).toHaveLength(1)
    const winner = (await store.caches.find(ours, 'race'))?.parts[0]?.blob
    expect(winner).toBe(String(saved.indexOf(true)))
  })

  test('6.3 scope: neither another repository nor a fork sees it, nor is seen', async () => {
    const { store } = await open()
    const theirs = { repositoryId: 2, fork: '' }
    const forks = { repositoryId: 1, fork: 'fork 9' }
    await store.caches.save(ours, cache('k', 'ours'), by())
    for (const scope of [theirs, forks]) {
      expect(await store.caches.find(scope, 'k')).toBeNull()
      expect(await store.caches.exact(scope, 'k')).toBeNull()
      expect(await store.caches.save(scope, cache('k', 'strange'), by())).toBe(true)
    }
    expect((await store.caches.find(ours, 'k'))?.parts[0]?.blob).toBe('ours')
    expect((await store.caches.find({ ...forks, fork: 'fork 8' }, 'k')) ?? null).toBeNull()
  })

  test('takes keys of 900 characters of any kind', async () => {
    const { store } = await open()
    // Random, since an index compresses what repeats.
    const key = Array.from({ length: 900 }, (_, at) =>
      String.fromCodePoint(0x10000 + ((at * at * 7919 + at) % 0x8000)),
    ).join('')
    expect(await store.caches.save(ours, cache(key), by())).toBe(true)
    expect(await store.caches.save(ours, cache(`${key.slice(0, -2)}\0`, 'blob'), by())).toBe(true)
    expect((await store.caches.exact(ours, key))?.key).toBe(key)
    expect((await store.caches.find(ours, key.slice(0, 1798)))?.key).toContain('\0')
  })

  test('6.3 retention: what is over is not found, is no first writer, and is let go of', async () => {
    const { store } = await open()
    await store.caches.save(ours, cache('k', 'old'), by({ days: -1 }))
    await store.caches.save(ours, cache('kept', 'kept'), by({ days: 0.01 }))
    expect((await store.caches.find(ours, 'k'))?.key).toBe('kept')
    expect(await store.caches.exact(ours, 'k')).toBeNull()
    expect(await store.caches.save(ours, cache('k', 'new'), by())).toBe(true)
    expect((await store.caches.find(ours, 'k'))?.parts[0]?.blob).toBe('new')
    await store.caches.save(ours, cache('gone', 'gone'), by({ days: -1 }))
    expect(await store.blobReferences.expire()).toBe(1)
    expect(await store.blobReferences.referenced()).toEqual(new Set(['kept', 'new']))
  })

  test('the oldest are let go of first where room is needed, and those of the last two hours never', async () => {
    const { store, query } = await open()
    for (const key of ['a', 'b', 'young']) await store.caches.save(ours, cache(key), by())
    await query(`update cache set saved_at = now() - interval '3 hours' where key <> 'young'`)
    const left = async () => [...(await store.blobReferences.referenced())].toSorted()
    expect(await store.blobReferences.dropOldCaches()).toBe(1)
    expect(await left()).toEqual(['b', 'young'])
    expect(await store.blobReferences.dropOldCaches()).toBe(1)
    expect(await store.blobReferences.dropOldCaches()).toBe(0)
    expect(await left()).toEqual(['young'])
  })
}

import { expect, test } from 'vitest'
import type { Open } from '../support/database.ts'

const registry = 'https://orbs.example.com/graphql'
const one = (text: string, version = '1.0.0') => ({ version, text })

export function orbsContract(open: Open): void {
  test('gives back what was kept, byte for byte, to every process', async () => {
    const { store, open: another } = await open()
    const text = `version: 2.1\n# \0 ä 😀\n${'x'.repeat(100_000)}`
    expect(await store.orbCache.find(registry, 'a/b@1.0.0')).toBeNull()
    expect(await store.orbCache.keepExact(registry, 'a/b@1.0.0', one(text))).toBe(text)
    const found = await (await another()).orbCache.find(registry, 'a/b@1.0.0')
    expect(found).toEqual({ ...one(text), ageMs: expect.any(Number) })
  })

  test('keeps an orb without text', async () => {
    const { store } = await open()
    await store.orbCache.keepExact(registry, 'a/b@1.0.0', one(''))
    expect(await store.orbCache.find(registry, 'a/b@1.0.0')).toMatchObject(one(''))
  })

  test('never changes the text of an exact version', async () => {
    const { store } = await open()
    await store.orbCache.keepExact(registry, 'a/b@1.0.0', one('first'))
    expect(await store.orbCache.keepExact(registry, 'a/b@1.0.0', one('second'))).toBe('first')
    await store.orbCache.keepMoving(registry, 'a/b@1.0.0', one('third'))
    expect(await store.orbCache.find(registry, 'a/b@1.0.0')).toMatchObject(one('first'))
  })

  test('lets one of many win who keep the same version at once, and tells all of them which', async () => {
    const { store, open: another } = await open()
    const caches = [store, await another(), await another()].map(({ orbCache }) => orbCache)
    const texts = await Promise.all(
      caches.map((cache, index) =>
        cache.keepExact(registry, 'a/b@1.0.0', one(`by process ${index}`)),
      ),
    )
    expect(new Set(texts).size).toBe(1)
    expect((await store.orbCache.find(registry, 'a/b@1.0.0'))?.text).toBe(texts[0])
  })

  test('replaces what a moving reference stands for, which is then new again', async () => {
    const { store, query } = await open()
    await store.orbCache.keepMoving(registry, 'a/b@1', one('first'))
    await query(`update orb set kept_at = now() - interval '90 minutes'`)
    const old = await store.orbCache.find(registry, 'a/b@1')
    expect(old).toMatchObject(one('first'))
    expect(Math.round((old?.ageMs ?? 0) / 60_000)).toBe(90)
    await store.orbCache.keepMoving(registry, 'a/b@1', one('second', '1.1.0'))
    const found = await store.orbCache.find(registry, 'a/b@1')
    expect(found).toMatchObject(one('second', '1.1.0'))
    expect(found?.ageMs).toBeLessThan(old?.ageMs ?? 0)
  })

  test('never lets one registry answer for another', async () => {
    const { store } = await open()
    await store.orbCache.keepExact(registry, 'a/b@1.0.0', one('ours'))
    await store.orbCache.keepExact('https://other.example.com/', 'a/b@1.0.0', one('theirs'))
    expect(await store.orbCache.find(registry, 'a/b@1.0.0')).toMatchObject(one('ours'))
  })

  test('takes a reference as long as references can be', async () => {
    const { store } = await open()
    // Random, since an index compresses what repeats.
    const url = `https://orbs.example.com/${Array.from({ length: 1_975 }, (_, at) =>
      String.fromCharCode(33 + ((at * at * 7 + at) % 89)),
    ).join('')}`
    await store.orbCache.keepMoving('url', url, one('far', url))
    expect(await store.orbCache.find('url', url)).toMatchObject(one('far', url))
  })

  test('forgets what moved a month ago, and never an exact version', async () => {
    const { store, query } = await open()
    await store.orbCache.keepExact(registry, 'a/b@1.0.0', one('exact'))
    await store.orbCache.keepMoving(registry, 'a/b@1', one('range'))
    await query(`update orb set kept_at = now() - interval '32 days'`)
    await store.orbCache.keepMoving(registry, 'a/b@dev:x', one('draft', 'dev:x'))
    expect(await store.forgetOld()).toBe(1)
    const references = ['a/b@1.0.0', 'a/b@1', 'a/b@dev:x']
    const found = await Promise.all(references.map((name) => store.orbCache.find(registry, name)))
    expect(found.map((orb) => orb?.text)).toEqual(['exact', undefined, 'draft'])
  })
}

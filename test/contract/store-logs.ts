import { expect, test } from 'vitest'
import { taskId } from '../../src/model/ids.ts'
import type { LogChunk, LogKey } from '../../src/ports/logs.ts'
import type { Store } from '../../src/store/store.ts'
import type { Open } from '../support/database.ts'
import { claimed } from './store-runs.ts'

const bytes = (text: string) => Buffer.from(text)
const chunk = (offset: number, piece: Uint8Array, source = offset + piece.length): LogChunk => ({
  offset,
  bytes: piece,
  source,
})
const text = async (store: Store, key: LogKey, from = 0, limit = 1_000) =>
  Buffer.from(await store.logs.read(key, from, limit)).toString()

async function log(open: Open) {
  const database = await open()
  const { task, worker } = await claimed(database.store)
  return { ...database, claim: task.claim, worker, key: { taskId: task.taskId, step: 3 } }
}

export function logsContract(open: Open): void {
  test('appends and reads by offset, also across chunks', async () => {
    const { store, claim, key } = await log(open)
    expect(await store.logs.size(key)).toBe(0)
    expect(await store.logs.append(claim, key, chunk(0, bytes('hello ')))).toBe(true)
    expect(await store.logs.append(claim, key, chunk(6, bytes('big ')))).toBe(true)
    expect(await store.logs.append(claim, key, chunk(10, bytes('world')))).toBe(true)
    expect(await store.logs.size(key)).toBe(15)
    expect(await text(store, key)).toBe('hello big world')
    expect(await text(store, key, 3, 9)).toBe('lo big wo')
    expect(await text(store, key, 6, 4)).toBe('big ')
    expect(await text(store, key, 15)).toBe('')
    expect(await text(store, key, 99)).toBe('')
    expect(await text(store, key, 0, 0)).toBe('')
  })

  test('keeps any bytes as they are, however large the chunk', async () => {
    const { store, claim, key } = await log(open)
    const large = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256))
    await store.logs.append(claim, key, chunk(0, large))
    expect(Buffer.from(await store.logs.read(key, 0, 400_000)).equals(large)).toBe(true)
  })

  test('knows how much of what was printed the log stands for', async () => {
    const { store, claim, key } = await log(open)
    expect(await store.logs.end(key)).toEqual({ size: 0, source: 0 })
    await store.logs.append(claim, key, chunk(0, bytes('my ****'), 30))
    expect(await store.logs.end(key)).toEqual({ size: 7, source: 30 })
    await store.logs.append(claim, key, chunk(0, bytes('my ****'), 30))
    await store.logs.append(claim, key, chunk(7, bytes('!'), 31))
    expect(await store.logs.end(key)).toEqual({ size: 8, source: 31 })
    expect(await text(store, key)).toBe('my ****!')
  })

  test('keeps the logs of steps and tasks apart', async () => {
    const { store, claim, key } = await log(open)
    await store.logs.append(claim, key, chunk(0, bytes('one')))
    await store.logs.append(claim, { ...key, step: 4 }, chunk(0, bytes('two')))
    expect(await text(store, key)).toBe('one')
    expect(await text(store, { ...key, step: 4 })).toBe('two')
    expect(await text(store, { ...key, step: 5 })).toBe('')
  })

  test('takes a chunk that is sent again once, also in other pieces', async () => {
    const { store, claim, key } = await log(open)
    await store.logs.append(claim, key, chunk(0, bytes('abc')))
    await store.logs.append(claim, key, chunk(3, bytes('def')))
    expect(await store.logs.append(claim, key, chunk(3, bytes('def')))).toBe(true)
    expect(await store.logs.append(claim, key, chunk(1, bytes('bc')))).toBe(true)
    expect(await store.logs.append(claim, key, chunk(2, bytes('cdefgh')))).toBe(true)
    expect(await store.logs.append(claim, key, chunk(8, bytes('')))).toBe(true)
    expect(await text(store, key)).toBe('abcdefgh')
  })

  test('takes the same bytes once when they come twice at the same time', async () => {
    const { store, claim, key } = await log(open)
    const appended = await Promise.all(
      Array.from({ length: 6 }, () => store.logs.append(claim, key, chunk(0, bytes('once')))),
    )
    expect(appended).toEqual(Array(6).fill(true))
    expect(await text(store, key)).toBe('once')
  })

  test('refuses to leave a gap', async () => {
    const { store, claim, key } = await log(open)
    await store.logs.append(claim, key, chunk(0, bytes('abc')))
    await expect(store.logs.append(claim, key, chunk(4, bytes('e')))).rejects.toThrow(
      'only 3 are stored',
    )
    expect(await store.logs.size(key)).toBe(3)
  })

  test('refuses an old claim, also for what is there already', async () => {
    const { store, claim, key, worker } = await log(open)
    await store.logs.append(claim, key, chunk(0, bytes('abc')))
    const [adopted] = await store.tasks.adopt(worker)
    expect(await store.logs.append(claim, key, chunk(0, bytes('abc')))).toBe(false)
    expect(await store.logs.append(claim, key, chunk(3, bytes('def')))).toBe(false)
    expect(await store.logs.append(claim, key, chunk(9, bytes('x')))).toBe(false)
    expect(await store.logs.append(adopted?.claim ?? 0, key, chunk(3, bytes('def')))).toBe(true)
    expect(await text(store, key)).toBe('abcdef')
  })

  test('answers about a log that cannot exist', async () => {
    const { store } = await open()
    const key = { taskId: taskId("'; drop table task; --"), step: 0 }
    expect(await store.logs.size(key)).toBe(0)
    expect(await text(store, key)).toBe('')
    store.logs.watch(key, () => {})()
  })

  test('tells a watcher in another process that the log grew, until it stops watching', async () => {
    const { store, open: again, claim, key } = await log(open)
    const other = await again()
    let calls = 0
    const stop = other.logs.watch(key, () => calls++)
    await store.logs.append(claim, key, chunk(0, bytes('abc')))
    await expect.poll(() => calls, { timeout: 10_000 }).toBe(1)
    await store.logs.append(claim, { ...key, step: 9 }, chunk(0, bytes('elsewhere')))
    await store.logs.append(claim, key, chunk(3, bytes('def')))
    await expect.poll(() => calls, { timeout: 10_000 }).toBe(2)
    stop()
    let later = 0
    other.logs.watch(key, () => later++)
    await store.logs.append(claim, key, chunk(6, bytes('ghi')))
    await expect.poll(() => later, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(calls).toBe(2)
  })

  test('tells a watcher also when the hint was lost', async () => {
    const { store, query, key } = await log(open)
    let calls = 0
    store.logs.watch(key, () => calls++)
    await query(`insert into log_chunk values ($1, $2, 0, 3, '')`, [key.taskId, key.step])
    await expect.poll(() => calls, { timeout: 10_000 }).toBe(1)
  })
}

import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileBlobs } from '../../src/blobs/blobs.ts'
import type { Step } from '../../src/model/step.ts'
import { NoRoom } from '../../src/ports/blobs.ts'
import { eachFile } from '../../src/worker/steps/tar-files.ts'
import { named } from '../contract/store-runs.ts'
import { never, tarOf } from '../support/executors.ts'
import { runStep, type Workplace, workplace } from '../support/workplace.ts'

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

const store = (path: string, destination: string | null = null): Step => ({
  when: 'always',
  where: { line: 1, column: 1, endLine: 1, endColumn: 2 },
  type: 'store_artifacts',
  name: 'Uploading artifacts',
  path,
  destination,
})

/** Runs a job to its end, and tells what it kept, with the content. */
async function job(...steps: readonly Step[]) {
  const queued = await place.queue(steps)
  const outcome = await queued.outcome()
  const { artifacts } = await place.database.store.artifacts.of(named(queued.run, 'build').id, 1000)
  const blobs = fileBlobs(`${place.dataDir}/blobs`)
  const kept: Record<string, string> = {}
  for (const one of artifacts)
    kept[one.path] = Buffer.concat(await (await blobs.get(one.blob)).toArray()).toString()
  return { outcome, kept, log: await queued.log(steps.length) }
}

const succeeded = { kind: 'success' }
const files = runStep(
  'mkdir -p out/deep/er; echo a > out/a.txt; echo b > out/deep/er/b.txt; ln -s a.txt out/link',
)

describe('6.5 store_artifacts', () => {
  test('keeps a directory with all below it, under its path', async () => {
    const { outcome, kept, log } = await job(files, store('out'))
    expect(outcome).toEqual(succeeded)
    expect(kept).toEqual({ 'out/a.txt': 'a\n', 'out/deep/er/b.txt': 'b\n' })
    expect(log).toContain('Stored 2 files (4 bytes)')
    expect(log).toContain('1 links and other special files were left out')
  })

  test('keeps a directory under its destination', async () => {
    const { kept } = await job(files, store('./out/deep/', 'report/'))
    expect(kept).toEqual({ 'report/er/b.txt': 'b\n' })
  })

  test('keeps a file under its path or its destination', async () => {
    const { kept } = await job(files, store('out/a.txt'), store('out/a.txt', 'x/renamed'))
    expect(kept).toEqual({ 'out/a.txt': 'a\n', 'x/renamed': 'a\n' })
  })

  test('absolute paths and paths below home stay inside', async () => {
    const make = runStep('echo h > ~/h; mkdir -p /tmp/t; echo t > /tmp/t/t')
    const { kept } = await job(make, store('~/h'), store('/tmp/t'), store('/tmp/t', '../../up'))
    expect(kept).toEqual({ h: 'h\n', 'tmp/t/t': 't\n', 'up/t': 't\n' })
  })

  test('follows a link that is the path itself', async () => {
    const make = runStep('ln -s out latest; ln -s a.txt out/newest')
    const { kept } = await job(files, make, store('latest/deep', 'd'), store('out/newest', 'n'))
    expect(kept).toEqual({ 'd/er/b.txt': 'b\n', n: 'a\n' })
  })

  test('names of files may hold anything', async () => {
    const { kept } = await job(
      runStep(`mkdir o; echo 1 > 'o/a b'\\''"$<&>'; echo 2 > $'o/new\\nline'; echo 3 > o/ä😀`),
      store('o'),
    )
    expect(Object.keys(kept).toSorted()).toEqual([`o/a b'"$<&>`, 'o/new\nline', 'o/ä😀'])
  })

  test('a missing path is a notice', async () => {
    const { outcome, kept, log } = await job(store('missing'))
    expect([outcome, kept]).toEqual([succeeded, {}])
    expect(log).toMatch(/^Warning: no artifacts were stored: there is no \/.*\/missing\n$/)
  })

  test('what cannot be read is told, and the rest is kept', async () => {
    const { outcome, kept, log } = await job(files, runStep('chmod 000 out/deep'), store('out'))
    expect([outcome, kept]).toEqual([succeeded, { 'out/a.txt': 'a\n' }])
    expect(log).toMatch(/Warning: not all artifacts were stored: .*Permission denied/)
  })

  test('takes no pattern', async () => {
    expect((await job(files, store('out/*.txt'))).kept).toEqual({})
  })

  test('runs always: after a failure, too', async () => {
    const { outcome, kept } = await job(files, runStep('exit 3'), store('out/a.txt'))
    expect(outcome).toMatchObject({ kind: 'failed', exitCode: 3 })
    expect(kept).toEqual({ 'out/a.txt': 'a\n' })
  })

  test('keeps those of every task of a parallel job apart', async () => {
    const run = await place.graph(
      { a: '' },
      { a: [runStep('echo $CIRCLE_NODE_INDEX > f'), store('f')] },
    )
    for (const task of await place.queueJob(run, 'a', 2)) await task.outcome()
    const { artifacts } = await place.database.store.artifacts.of(named(run, 'a').id, 10)
    expect(artifacts.map(({ index, path }) => [index, path])).toEqual([
      [0, 'f'],
      [1, 'f'],
    ])
    expect(new Set(artifacts.map(({ blob }) => blob)).size).toBe(2)
  })

  test('a large file goes through whole', async () => {
    const make = runStep('head -c 30000000 /dev/urandom > big; sha256sum big > sum; echo x > z')
    const queued = await place.queue([make, store('.', 'all')])
    expect(await queued.outcome()).toEqual(succeeded)
    const { artifacts } = await place.database.store.artifacts.of(named(queued.run, 'build').id, 9)
    const big = artifacts.find(({ path }) => path === 'all/big')
    const sum = artifacts.find(({ path }) => path === 'all/sum')
    expect(big?.size).toBe(30_000_000)
    const blobs = fileBlobs(`${place.dataDir}/blobs`)
    const said = Buffer.concat(await (await blobs.get(sum?.blob ?? '')).toArray()).toString()
    expect(said.split(' ')[0]).toBe(big?.blob)
  })

  test('a full store is a notice', async () => {
    const blobs = {
      put: async (content: Readable) => {
        content.destroy()
        throw new NoRoom('the storage of this server is full')
      },
      get: () => Promise.reject(new Error('none')),
    }
    const own = await workplace({ blobs })
    try {
      await own.start()
      const queued = await own.queue([files, store('out')])
      expect(await queued.outcome()).toEqual(succeeded)
      expect(await queued.log(2)).toContain(
        'Warning: not all artifacts were stored: the storage of this server is full',
      )
    } finally {
      await own.close()
    }
  })
})

describe('files of an archive', () => {
  test('come one after the other, and may be left unread', async () => {
    const seen: string[] = []
    const body = randomUUID().repeat(10_000)
    const { others } = await eachFile(
      tarOf({
        './a': body,
        d: { type: 'Directory' },
        l: { type: 'SymbolicLink', linkpath: 'a' },
        'x/../b': body,
        c: 'c',
      }),
      never,
      async ({ path, content }) => {
        const text = path === 'b' ? '' : Buffer.concat(await content.toArray()).toString()
        seen.push(`${path} ${text === body} ${text.length}`)
      },
    )
    expect(seen).toEqual([`a true ${body.length}`, 'b false 0', 'c false 1'])
    expect(others).toBe(1)
  })

  test('end with the failure of a visit', async () => {
    const visit = () => Promise.reject(new Error('no room'))
    await expect(eachFile(tarOf({ a: 'a', b: 'b' }), never, visit)).rejects.toThrow('no room')
  })

  test('that came whole before the archive was torn are visited, and no other', async () => {
    const body = randomUUID().repeat(5000)
    const whole = Buffer.concat(await tarOf({ a: 'a', b: body, c: 'c' }).toArray())
    const torn = async function* () {
      yield whole.subarray(0, 100_000)
      throw new Error('the helper broke')
    }
    const seen: string[] = []
    const reading = eachFile(Readable.from(torn()), never, async ({ path, content }) => {
      await new Promise(setImmediate)
      seen.push(`${path} ${Buffer.concat(await content.toArray()).length}`)
    })
    await expect(reading).rejects.toThrow('the helper broke')
    expect(seen).toEqual(['a 1'])
  })

  test('end when what comes is no archive', async () => {
    const noise = Readable.from([Buffer.alloc(2048, 'x')])
    await expect(eachFile(noise, never, async () => {})).rejects.toThrow(/checksum|invalid/i)
  })
})

import { createHash, randomBytes } from 'node:crypto'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileBlobs } from '../../src/blobs/blobs.ts'
import { startKeeping } from '../../src/blobs/keeping.ts'
import { systemClock } from '../../src/clock.ts'
import { BlobMissing, NoRoom } from '../../src/ports/blobs.ts'
import { silentLog } from '../support/log.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-blobs-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const read = async (content: Readable): Promise<Buffer> => Buffer.concat(await content.toArray())
const files = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())

async function onlyFile(): Promise<string> {
  const [file] = await files()
  if (!file) throw new Error('there is no file')
  return join(file.parentPath, file.name)
}

test('what was put comes back, under the name of its content', async () => {
  const blobs = fileBlobs(directory)
  const content = randomBytes(1_000_000)
  const { blob, size } = await blobs.put(
    Readable.from([content.subarray(0, 10), content.subarray(10)]),
  )
  expect(blob).toContain(createHash('sha256').update(content).digest('hex'))
  expect(size).toBe(1_000_000)
  expect((await read(await blobs.get(blob))).equals(content)).toBe(true)
  expect((await read(await fileBlobs(directory).get(blob))).equals(content)).toBe(true)
})

test('nothing is a blob, too', async () => {
  const blobs = fileBlobs(directory)
  const { blob, size } = await blobs.put(Readable.from([]))
  expect([size, (await read(await blobs.get(blob))).length]).toEqual([0, 0])
})

test('the same content is kept once', async () => {
  const blobs = fileBlobs(directory)
  const put = () => blobs.put(Readable.from([Buffer.from('same')]))
  const names = new Set((await Promise.all([put(), put(), put()])).map(({ blob }) => blob))
  expect([names.size, (await files()).length]).toEqual([1, 1])
})

test('what compresses well takes little room', async () => {
  await fileBlobs(directory).put(Readable.from([Buffer.alloc(1_000_000)]))
  expect((await readFile(await onlyFile())).length).toBeLessThan(10_000)
})

test('of a stream that fails nothing is kept', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('half')
      throw new Error('the job is gone')
    })(),
  )
  await expect(fileBlobs(directory).put(broken)).rejects.toThrow('the job is gone')
  expect(await files()).toEqual([])
})

test('a blob that is not there is refused, and so is a name that is none', async () => {
  const blobs = fileBlobs(directory)
  const { blob } = await blobs.put(Readable.from([Buffer.from('x')]))
  await rm(await onlyFile())
  await expect(blobs.get(blob)).rejects.toThrow(blob.slice(-64, -32))
  await expect(blobs.get('../../etc/passwd')).rejects.toThrow('names no blob')
})

test('content that is not what its name says is noticed', async () => {
  const blobs = fileBlobs(directory)
  const { blob } = await blobs.put(Readable.from([Buffer.from('right')]))
  const file = await onlyFile()
  await writeFile(file, zstdCompressSync(Buffer.from('wrong')))
  await expect(blobs.get(blob).then(read)).rejects.toThrow('damaged')
  await writeFile(file, 'no zstd at all')
  await expect(blobs.get(blob).then(read)).rejects.toThrow('Unknown frame descriptor')
})

test('a blob that is gone is told from other faults', async () => {
  const name = 'a'.repeat(64)
  await expect(fileBlobs(directory).get(name)).rejects.toThrow(BlobMissing)
})

test('content beyond the limit of one blob is refused, however little it compresses to', async () => {
  const blobs = fileBlobs(directory, { mostBytes: 10_000_000 })
  const zeros = Readable.from(Array.from({ length: 11 }, () => Buffer.alloc(1_000_000)))
  await expect(blobs.put(zeros)).rejects.toThrow(NoRoom)
  expect(await files()).toEqual([])
})

test('what would exceed the quota is refused with what to do, and nothing of it is kept', async () => {
  const blobs = fileBlobs(directory, { quota: 100_000 })
  const bytes = (count: number) => Readable.from([randomBytes(count)])
  await blobs.put(bytes(60_000))
  await expect(blobs.put(bytes(60_000))).rejects.toThrow(
    /^the storage of this server is full: .* of the 97\.7 KiB that SLUICE_STORAGE_QUOTA allows; raise it/,
  )
  expect(await files()).toHaveLength(1)
  await blobs.put(bytes(30_000))
  expect(await blobs.usage()).toBeGreaterThan(90_000)
  // A quota counts what other processes have stored, too.
  await expect(fileBlobs(directory, { quota: 100_000 }).put(bytes(30_000))).rejects.toThrow(NoRoom)
})

describe('the sweep', () => {
  const put = async (text: string) =>
    (await fileBlobs(directory).put(Readable.from([Buffer.from(text)]))).blob
  const old = new Date(Date.now() - 3 * 60 * 60 * 1000)
  const fileNamed = (blob: string) => join(directory, blob.slice(0, 2), blob)
  const age = (blob: string) => utimes(fileNamed(blob), old, old)

  test('removes what nobody refers to, and nothing else', async () => {
    const [kept, lost] = [await put('kept'), await put('lost')]
    await Promise.all([kept, lost].map(age))
    const { size } = await stat(fileNamed(lost))
    const blobs = fileBlobs(directory)
    expect(await blobs.sweep(async () => new Set([kept]))).toEqual({
      blobs: 1,
      bytes: size,
      drafts: 0,
    })
    await expect(blobs.get(lost)).rejects.toThrow(BlobMissing)
    expect((await read(await blobs.get(kept))).toString()).toBe('kept')
    expect(await files()).toHaveLength(1)
  })

  test('leaves young blobs their time to be referred to', async () => {
    const young = await put('young')
    expect((await fileBlobs(directory).sweep(async () => new Set())).blobs).toBe(0)
    expect((await read(await fileBlobs(directory).get(young))).toString()).toBe('young')
  })

  test('never removes a blob that is put again while it sweeps', async () => {
    const blob = await put('same')
    await age(blob)
    const sweeping = fileBlobs(directory).sweep(async () => {
      expect(await put('same')).toBe(blob)
      return new Set()
    })
    expect((await sweeping).blobs).toBe(0)
    expect((await read(await fileBlobs(directory).get(blob))).toString()).toBe('same')
    expect(await files()).toHaveLength(1)
  })

  test('asks for the references after it has listed, so that one made in between counts', async () => {
    const references = new Set<string>()
    const blob = await put('late')
    await age(blob)
    await fileBlobs(directory).sweep(async () => references.add(blob))
    expect((await read(await fileBlobs(directory).get(blob))).toString()).toBe('late')
  })

  test('removes nothing when the references cannot be had', async () => {
    const blob = await put('x')
    await age(blob)
    const broken = fileBlobs(directory).sweep(() => Promise.reject(new Error('no database')))
    await expect(broken).rejects.toThrow('no database')
    expect(await files()).toHaveLength(1)
  })

  test('removes the drafts of killed processes, and not those that are being written', async () => {
    await mkdir(join(directory, 'drafts'))
    await Promise.all(
      ['dead', 'alive'].map((name) => writeFile(join(directory, 'drafts', name), 'x')),
    )
    await utimes(join(directory, 'drafts/dead'), old, old)
    expect((await fileBlobs(directory).sweep(async () => new Set())).drafts).toBe(1)
    expect((await files()).map(({ name }) => name)).toEqual(['alive'])
  })

  test('puts back what a killed sweep had taken while it was put again', async () => {
    const blob = await put('x')
    await mkdir(join(directory, 'trash'))
    await rename(fileNamed(blob), join(directory, 'trash', blob))
    await fileBlobs(directory).sweep(async () => new Set([blob]))
    expect((await read(await fileBlobs(directory).get(blob))).toString()).toBe('x')
  })
})

test('clears up at once and each hour: what is over, then what nobody refers to', async () => {
  const calls: string[] = []
  const slept = Promise.withResolvers<number>()
  const keeping = startKeeping({
    blobs: {
      usage: async () => 0,
      nearlyFull: async () => false,
      sweep: async (referenced) => {
        calls.push('sweep')
        await referenced()
        return { blobs: 0, bytes: 0, drafts: 0 }
      },
    },
    references: {
      expire: async () => calls.push('expire'),
      dropOldCaches: async () => calls.push('drop'),
      referenced: async () => {
        calls.push('referenced')
        return new Set()
      },
    },
    clock: {
      ...systemClock,
      sleep: (ms, signal) => {
        slept.resolve(ms)
        return systemClock.sleep(ms, signal)
      },
    },
    log: silentLog,
  })
  expect(await slept.promise).toBe(60 * 60 * 1000)
  expect(calls).toEqual(['expire', 'sweep', 'referenced'])
  await keeping.stop()
})

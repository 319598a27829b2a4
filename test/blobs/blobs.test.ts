import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileBlobs } from '../../src/blobs/blobs.ts'

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

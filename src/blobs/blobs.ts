import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import { sized } from '../model/size.ts'
import { type BlobKeeping, BlobMissing, type Blobs, NoRoom } from '../ports/blobs.ts'
import { draftsIn, fileOf, hasCode, isBlobName, unlessMissing } from './places.ts'
import { type Room, roomIn } from './room.ts'
import { sweepBlobs } from './sweep.ts'

export interface BlobSettings {
  /** Bytes that all blobs may take up on the disk; null: no limit of ours. */
  readonly quota: number | null
  /** Bytes of content that one blob may have: what compresses to nothing must not unpack to everything. */
  readonly mostBytes: number
  /** How long a blob may wait for its reference, and a draft for its next byte, in milliseconds. */
  readonly graceMs: number
}

const usual: BlobSettings = {
  quota: null,
  mostBytes: 64 * 1024 ** 3,
  graceMs: 2 * 60 * 60 * 1000,
}

/**
 * Blobs as files below `directory`, named by the SHA-256 of their content and compressed with zstd.
 * A blob appears under its name only when it is complete and on the disk. Any number of processes may
 * use one directory.
 */
export function fileBlobs(
  directory: string,
  settings: Partial<BlobSettings> = {},
): Blobs & BlobKeeping {
  const { quota, mostBytes, graceMs } = { ...usual, ...settings }
  const room = roomIn(directory, quota)
  return {
    put: async (content) => {
      const draft = join(draftsIn(directory), randomUUID())
      await makeOwn(directory)
      await mkdir(dirname(draft), { recursive: true })
      try {
        const { blob, size, stored } = await write(content, { draft, room, mostBytes })
        await keep(draft, fileOf(directory, blob))
        room.added(stored)
        return { blob, size }
      } catch (error) {
        throw hasCode(error, 'ENOSPC') ? diskFull(error) : error
      } finally {
        await rm(draft, { force: true })
      }
    },
    get: async (blob) => {
      if (!isBlobName(blob)) throw new Error(`${JSON.stringify(blob)} names no blob`)
      const file = fileOf(directory, blob)
      if (!(await unlessMissing(stat(file))))
        throw new BlobMissing(`blob ${blob} is not there any more`)
      return checked(file, blob)
    },
    usage: () => room.usage(),
    nearlyFull: () => room.nearlyFull(),
    sweep: async (referenced) => {
      const swept = await sweepBlobs(directory, graceMs, referenced)
      if (swept.blobs > 0) await room.usage()
      return swept
    },
  }
}

/** Jobs may be other users of this machine, and none may look into another repository's caches. */
async function makeOwn(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  if (((await stat(directory)).mode & 0o077) !== 0) await chmod(directory, 0o700)
}

interface Draft {
  readonly draft: string
  readonly room: Room
  readonly mostBytes: number
}

async function write(content: Readable, { draft, room, mostBytes }: Draft) {
  const hash = createHash('sha256')
  let [size, stored] = [0, 0]
  const count = async function* (source: AsyncIterable<Buffer>) {
    for await (const bytes of source) {
      hash.update(bytes)
      size += bytes.length
      if (size > mostBytes) throw tooMuch(mostBytes)
      yield bytes
    }
  }
  const weigh = async function* (source: AsyncIterable<Buffer>) {
    for await (const bytes of source) {
      stored += bytes.length
      await room.check(stored)
      yield bytes
    }
  }
  await room.check(0)
  await pipeline(
    content,
    count,
    createZstdCompress(),
    weigh,
    createWriteStream(draft, { flush: true }),
  )
  return { blob: hash.digest('hex'), size, stored }
}

const tooMuch = (mostBytes: number): NoRoom =>
  new NoRoom(
    `it has more than ${sized(mostBytes)}, which is as much as one archive or file may have`,
  )

const diskFull = (cause: unknown): NoRoom =>
  new NoRoom('the disk that holds the data directory of this server is full', { cause })

/** The rename is durable only when the folder is, too. */
async function keep(draft: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await rename(draft, file)
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Each piece costs a way to another thread and back; Node's own 16 KiB make many of them. */
const pieces = { chunkSize: 128 * 1024 }

/** Fails at its end when the bytes on the disk are not those that were stored. */
function checked(file: string, blob: string): Readable {
  const hash = createHash('sha256')
  const check = new Transform({
    transform: (bytes: Buffer, _encoding, done) => {
      hash.update(bytes)
      done(null, bytes)
    },
    flush: (done) => {
      const found = hash.digest('hex')
      done(found === blob ? null : new Error(`blob ${blob} is damaged: its content is ${found}`))
    },
  })
  // The error of a stream before `check` reaches whoever reads from `check`.
  pipeline(createReadStream(file), createZstdDecompress(pieces), check).catch((error: unknown) =>
    check.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return check
}

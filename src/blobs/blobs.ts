import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import type { Blobs } from '../ports/blobs.ts'

/**
 * Blobs as files below `directory`, named by the SHA-256 of their content and compressed with zstd.
 * A blob appears under its name only when it is complete and on the disk.
 */
export function fileBlobs(directory: string): Blobs {
  const fileOf = (blob: string): string => join(directory, blob.slice(0, 2), blob)
  return {
    put: async (content) => {
      const draft = join(directory, 'drafts', randomUUID())
      await mkdir(dirname(draft), { recursive: true })
      try {
        const { blob, size } = await write(content, draft)
        await keep(draft, fileOf(blob))
        return { blob, size }
      } finally {
        await rm(draft, { force: true })
      }
    },
    get: async (blob) => {
      if (!/^[0-9a-f]{64}$/.test(blob)) throw new Error(`${JSON.stringify(blob)} names no blob`)
      const file = fileOf(blob)
      await stat(file)
      return checked(file, blob)
    },
  }
}

async function write(content: Readable, draft: string) {
  const hash = createHash('sha256')
  let size = 0
  const count = through((bytes) => {
    hash.update(bytes)
    size += bytes.length
  })
  await pipeline(content, count, createZstdCompress(), createWriteStream(draft, { flush: true }))
  return { blob: hash.digest('hex'), size }
}

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
  pipeline(createReadStream(file), createZstdDecompress(), check).catch((error: unknown) =>
    check.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return check
}

const through = (see: (bytes: Buffer) => void): Transform =>
  new Transform({
    transform: (bytes: Buffer, _encoding, done) => {
      see(bytes)
      done(null, bytes)
    },
  })

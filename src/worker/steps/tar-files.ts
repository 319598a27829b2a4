import { posix } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Parser, type ReadEntry } from 'tar'

/** A plain file in an archive. */
export interface TarFile {
  /** As the archive has it, normalised. */
  readonly path: string
  readonly size: number
  /** May be read or left; valid until the visit is over. */
  readonly content: Readable
}

/**
 * Visits the plain files of an archive one after the other, without keeping them: the archive waits for
 * the visit. Returns how many other entries but directories there were. Rejects when a visit does, or
 * when the archive is none or torn; what came whole before that was visited.
 */
export async function eachFile(
  tar: Readable,
  signal: AbortSignal,
  visit: (file: TarFile) => Promise<void>,
): Promise<{ readonly others: number }> {
  const parser = new Parser({ strict: true })
  const visits = visitsOf(visit)
  let others = 0
  const sink = sinkOf(parser)
  parser.on('error', (error: Error) => sink.destroy(error))
  parser.on('entry', (entry: ReadEntry) => {
    if (isFile(entry)) {
      visits.add(entry).catch((error: unknown) => sink.destroy(asError(error)))
      return
    }
    if (entry.type !== 'Directory') others++
    entry.resume()
  })
  try {
    await pipeline(tar, sink, { signal })
  } catch (error) {
    await visits.tear(asError(error))
    throw error
  }
  await visits.over()
  return { others }
}

const isFile = ({ type }: ReadEntry): boolean =>
  type === 'File' || type === 'OldFile' || type === 'ContiguousFile'

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error))

/** The parser goes on when a file has been read, which is before its visit is over. */
function visitsOf(visit: (file: TarFile) => Promise<void>) {
  let last: Promise<void> = Promise.resolve()
  let torn: Error | null = null
  let current: { readonly entry: ReadEntry; readonly content: Readable } | null = null
  const begin = async (entry: ReadEntry): Promise<void> => {
    if (torn && entry.remain > 0) throw torn
    const content = Readable.from(entry, { objectMode: false })
    current = { entry, content }
    try {
      await visit({ path: posix.normalize(entry.path), size: entry.size, content })
    } finally {
      current = null
      content.destroy()
      entry.resume()
    }
  }
  return {
    add: (entry: ReadEntry): Promise<void> => {
      last = last.then(() => begin(entry))
      return last
    },
    over: (): Promise<void> => last,
    /** Nothing more comes: a file that is not whole ends in the error. Resolves when no visit is left. */
    tear: async (why: Error): Promise<void> => {
      torn = why
      if (current && current.entry.remain > 0) current.content.destroy(why)
      await last.catch(() => {})
    },
  }
}

/** Takes no more than the parser has room for, and is done when the parser is. */
function sinkOf(parser: Parser): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (parser.write(chunk)) done()
      else parser.once('drain', () => done())
    },
    final: (done) => {
      parser.once('end', () => done())
      parser.end()
    },
  })
}

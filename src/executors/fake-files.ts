import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Header, Parser, type ReadEntry } from 'tar'

/** A file system in memory, as little as workspaces need. Paths are absolute. */
export interface FakeFiles {
  read(path: string): string | null
  write(path: string, content: string): void
  unpack(directory: string, tar: Readable): Promise<void>
  /** Blocks of a tar. A path that does not exist is made up as an empty file. */
  pack(base: string, paths: readonly string[]): readonly Buffer[]
  list(directory: string): readonly { readonly path: string; readonly directory: boolean }[]
}

export function fakeFiles(directories: readonly string[]): FakeFiles {
  const files = new Map<string, Buffer>()
  const made = new Set(directories.flatMap((path) => [path, ...above(path)]))
  const write = (path: string, content: Buffer): void => {
    files.set(path, content)
    for (const directory of above(path)) made.add(directory)
  }
  const below = (base: string): readonly string[] =>
    [...files.keys()].filter((path) => path.startsWith(`${base}/`))
  return {
    read: (path) => files.get(path)?.toString() ?? null,
    write: (path, content) => write(path, Buffer.from(content)),
    unpack: async (directory, tar) => {
      made.add(directory)
      await entriesOf(tar, (path, content) => write(posix.join(directory, path), content))
    },
    pack: (base, paths) => {
      const wanted = paths.flatMap((path) => {
        const full = posix.join(base, path)
        const inside = below(full)
        return inside.length > 0 || made.has(full) ? inside : [full]
      })
      return [...wanted.flatMap((path) => entry(posix.relative(base, path), files.get(path))), end]
    },
    list: (directory) => {
      if (!made.has(directory)) throw new Error(`${directory} is no directory`)
      const inside = (path: string): boolean => path.startsWith(`${directory}/`)
      return [
        ...[...made].filter(inside).map((path) => ({ path, directory: true })),
        ...[...files.keys()].filter(inside).map((path) => ({ path, directory: false })),
      ].map((one) => ({ ...one, path: posix.relative(directory, one.path) }))
    },
  }
}

/** A tar ends with two empty blocks. */
const end = Buffer.alloc(1024)

function entry(path: string, content: Buffer = Buffer.alloc(0)): readonly Buffer[] {
  const header = new Header({ path, mode: 0o644, size: content.length, type: 'File' })
  header.encode()
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return [header.block ?? Buffer.alloc(512), content, padding]
}

async function entriesOf(
  tar: Readable,
  found: (path: string, content: Buffer) => void,
): Promise<void> {
  const parser = new Parser({ strict: true })
  parser.on('entry', (one: ReadEntry) => {
    const parts: Buffer[] = []
    one.on('data', (part: Buffer) => parts.push(part))
    one.on('end', () => {
      if (one.type === 'File') found(posix.normalize(one.path), Buffer.concat(parts))
    })
  })
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      parser.write(chunk)
      done()
    },
    final: (done) => {
      parser.on('end', () => done())
      parser.end()
    },
  })
  await pipeline(tar, sink)
}

const above = (path: string): readonly string[] =>
  path === '/' ? [] : [posix.dirname(path), ...above(posix.dirname(path))]

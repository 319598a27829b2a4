import { posix } from 'node:path'
import { Transform, type TransformCallback } from 'node:stream'
import { Parser, type ReadEntry } from 'tar'

/** An archive that tried to do what no archive of ours does. */
class HostileArchive extends Error {
  override readonly name = 'HostileArchive'
}

/**
 * Passes a tar on, byte for byte, and fails before the first byte of an entry that would leave the
 * directory it is unpacked in: absolute paths, `..`, hard links to outside, anything below a symbolic
 * link of the same archive; also devices and pipes. Symbolic links themselves may point anywhere, as
 * they do in a virtualenv; who unpacks must not follow them.
 */
export function tarGuard(): Transform {
  const links = new Set<string>()
  let problem: string | null = null
  const parser = new Parser({ strict: true })
  parser.on('entry', (entry: ReadEntry) => {
    problem ??= problemWith(entry, links)
    if (isLink(entry, links)) links.add(posix.normalize(entry.path))
    entry.resume()
  })
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    problem ??= `${JSON.stringify(entry.path)} is of an unknown kind`
  })
  parser.on('error', (error: Error) => {
    problem ??= error.message
  })
  const passOn = (bytes: Buffer | null, done: TransformCallback): void => {
    done(problem === null ? null : new HostileArchive(`the archive is refused: ${problem}`), bytes)
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      parser.write(chunk)
      passOn(chunk, done)
    },
    flush(done) {
      parser.end()
      passOn(null, done)
    },
  })
}

const plainTypes = [
  'File',
  'OldFile',
  'ContiguousFile',
  'Directory',
  'SymbolicLink',
  'Link',
  'GNUDumpDir',
]

function problemWith(entry: ReadEntry, links: ReadonlySet<string>): string | null {
  const path = JSON.stringify(entry.path)
  if (!plainTypes.includes(entry.type)) return `${path} is a ${entry.type}`
  if (leaves(entry.path)) return `${path} leads out of the directory`
  if (entry.type === 'Link' && leaves(entry.linkpath ?? '')) {
    return `${path} is a link to ${JSON.stringify(entry.linkpath)}, out of the directory`
  }
  const through = ancestors(entry.path).find((above) => links.has(above))
  return through === undefined ? null : `${path} goes through the link ${JSON.stringify(through)}`
}

/** A hard link to a symbolic link is one too. */
const isLink = (entry: ReadEntry, links: ReadonlySet<string>): boolean =>
  entry.type === 'SymbolicLink' ||
  (entry.type === 'Link' && links.has(posix.normalize(entry.linkpath ?? '')))

const leaves = (path: string): boolean =>
  path === '' || path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')

/** The directories above a path, not itself. */
function ancestors(path: string): readonly string[] {
  const parts = posix.normalize(path).split('/').slice(0, -1)
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'))
}

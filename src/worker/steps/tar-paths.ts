import { posix } from 'node:path'
import { Transform } from 'node:stream'
import { Parser, type ReadEntry } from 'tar'

/** Passes a tar on, byte for byte, and notes the files and links in it. */
export function tarPaths(): { readonly stream: Transform; paths(): readonly string[] } {
  const paths = new Set<string>()
  const parser = new Parser()
  parser.on('entry', (entry: ReadEntry) => {
    if (entry.type !== 'Directory') paths.add(posix.normalize(entry.path))
    entry.resume()
  })
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      parser.write(chunk)
      done(null, chunk)
    },
    flush(done) {
      parser.end()
      done()
    },
  })
  return { stream, paths: () => [...paths] }
}

/**
 * Files are moved by `tar` and `find` inside the container, as the job's user: paths mean what they mean
 * to the job, new files are the job's, and whatever links it has laid lead no further than its own
 * commands could go.
 */
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { enterDirectory, quoted } from '../runner.ts'
import { tarGuard } from '../tar-guard.ts'
import { EngineRefused } from './engine.ts'
import { HelperFailed, outputOf, startIn } from './exec.ts'
import type { Open } from './open.ts'

/** `directory` and `workingDirectory` are absolute. Entries that would leave it are refused. */
export async function putTar(
  open: Open,
  { workingDirectory, directory }: Places,
  tar: Readable,
): Promise<void> {
  const make = `mkdir -p -- ${quoted(directory)} && cd -- ${quoted(directory)} || exit 1`
  const lines = [...enterDirectory(workingDirectory, workingDirectory), make, 'exec tar -x -p -f -']
  const checked = new PassThrough()
  const [archive, helper] = await Promise.allSettled([
    pipeline(tar, tarGuard(), checked),
    outputOf(open.engine, open.container, { words: shell(lines) }, checked),
  ])
  // What is wrong with the archive explains what the helper says.
  if (archive.status === 'rejected' && !isBrokenPipe(archive.reason)) throw archive.reason
  if (helper.status === 'rejected') throw helper.reason
}

interface Places {
  readonly workingDirectory: string
  readonly directory: string
}

/** Fails in the middle when a path cannot be read, with what `tar` said. */
export async function getTar(
  open: Open,
  { workingDirectory, directory }: Places,
  paths: readonly string[],
): Promise<Readable> {
  const enter = enterDirectory(workingDirectory, directory)
  const names = open.facts.gnuTar ? paths.map((path) => `${path}\0`).join('') : ''
  // Counted: `tar` begins before its input ends, and the end of it can cost output (see `outputOf`).
  const namesOnly = `head -c ${Buffer.byteLength(names)}`
  const words = open.facts.gnuTar
    ? shell([...enter, needsHead, `${namesOnly} | tar -c -f - --null -T -`])
    : [...shell([...enter, 'exec tar -c -f - -- "$@"']), 'sluice-tar', ...fewEnough(paths)]
  const process = await startIn(open.engine, open.container, { words, takesInput: names !== '' })
  if (names !== '') process.stdin.write(names)
  const chunks = async function* () {
    let said = ''
    try {
      for await (const { from, bytes } of process.frames) {
        if (from === 'stdout') yield bytes
        else said = (said + bytes.toString()).slice(0, 2000)
      }
      const code = await process.code()
      if (code !== 0) throw new HelperFailed(code, said)
    } finally {
      process.close()
    }
  }
  // A stream that fails forgets what it holds: this one holds nothing.
  return Readable.from(chunks(), { objectMode: false, highWaterMark: 1 })
}

/** Without it `tar` would pack nothing, and all would seem well. */
const needsHead =
  'command -v head > /dev/null || { echo "the image has no command head" >&2; exit 1; }'

/** Names below the directory. */
export async function listFiles(open: Open, { workingDirectory, directory }: Places) {
  const lines = [
    ...enterDirectory(workingDirectory, directory),
    list('-type d', 'd'),
    list('! -type d', 'f'),
    'exit 0',
  ]
  const text = await outputOf(open.engine, open.container, { words: shell(lines) })
  return text
    .split('\0')
    .map((name) => ({ path: name.slice(3), directory: name.startsWith('d') }))
    .filter((file) => file.path !== '')
}

/** The engine looks itself, without a process in the container: links of the job lead nowhere else. */
export async function exists({ engine, container }: Open, path: string): Promise<boolean> {
  const query = new URLSearchParams({ path })
  try {
    await engine.call('HEAD', `/containers/${container}/archive?${query.toString()}`)
    return true
  } catch (error) {
    // 500: the path leads through what is no directory, and nothing more is told than this number.
    if (error instanceof EngineRefused && [404, 500].includes(error.status)) return false
    throw error
  }
}

/** A letter for the kind, then the name, for every file; `printf` repeats its format. */
const list = (type: string, letter: string): string =>
  `find . ${type} -exec printf '${letter}%s\\0' {} +`

const shell = (lines: readonly string[]): readonly string[] => [
  '/bin/sh',
  '-c',
  ['umask 022', ...lines].join('\n'),
]

/** Small `tar`s take names only as arguments, and the system only so many. */
function fewEnough(paths: readonly string[]): readonly string[] {
  if (Buffer.byteLength(paths.join(' ')) < 100_000) return paths
  throw new Error(
    `the tar of this image cannot pack ${paths.length} paths at once: install GNU tar in the image, or name directories instead of files`,
  )
}

/** The helper ended before it had read everything; it has said why. */
const isBrokenPipe = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EPIPE' ||
    error.code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    error.code === 'ECONNRESET')

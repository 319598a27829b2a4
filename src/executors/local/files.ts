import type { ChildProcessWithoutNullStreams as Helper } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { enterDirectory, quoted } from '../runner.ts'
import { tarGuard } from '../tar-guard.ts'
import { keeperReport } from './keeper.ts'
import type { Machine } from './machine.ts'
import type { Places } from './places.ts'
import { hasCode } from './processes.ts'
import { spawnWords } from './words.ts'

/**
 * Files are moved by `tar` and `find` inside the environment, as the job's user: paths mean what they
 * mean to the job, new files are the job's, and whatever links it has laid lead no further than its own
 * commands could go.
 */
export interface Files {
  putTar(directory: string, tar: Readable): Promise<void>
  getTar(base: string, paths: readonly string[]): Promise<Readable>
  listFiles(
    directory: string,
  ): Promise<readonly { readonly path: string; readonly directory: boolean }[]>
}

/** `workingDirectory` is absolute; so are the directories that the functions get. */
export function filesOf(machine: Machine, places: Places, workingDirectory: string): Files {
  const helper = (lines: readonly string[], directory: string): Promise<Helper> =>
    startHelper(machine, places, [...enterDirectory(workingDirectory, directory), ...lines])
  return {
    putTar: async (directory, tar) => {
      const make = `mkdir -p -- ${quoted(directory)} && cd -- ${quoted(directory)} || exit 1`
      const child = await helper([make, 'exec tar -x -p -f -'], workingDirectory)
      await feed(child, tar)
    },
    getTar: async (base, paths) => {
      const child = await helper(['exec tar -c -f - --null -T -'], base)
      child.stdin.on('error', () => {}).end(paths.map((path) => `${path}\0`).join(''))
      return output(child)
    },
    listFiles: async (directory) => {
      const lines = [list('-type d', 'd'), list('! -type d', 'f'), 'exit 0']
      const child = await helper(lines, directory)
      child.stdin.end()
      return namesIn(Buffer.concat(await output(child).toArray()).toString())
    },
  }
}

/** A letter for the kind, then the name, for every file; `printf` repeats its format. */
const list = (type: string, letter: string): string =>
  `find . ${type} -exec printf '${letter}%s\\0' {} +`

async function startHelper(
  machine: Machine,
  places: Places,
  lines: readonly string[],
): Promise<Helper> {
  const report = await keeperReport(places)
  const script = ['umask 022', ...lines].join('\n')
  const words = machine.isolation.enter(report?.identity.pid ?? 0)
  return spawnWords([...words, '/bin/sh', '-c', script], {
    env: { PATH: machine.path, LANG: 'C.UTF-8' },
  })
}

/** Rejects with what is wrong with the archive, else with what the helper said. */
async function feed(child: Helper, tar: Readable): Promise<void> {
  const fed = pipeline(tar, tarGuard(), child.stdin)
  const [archive, helper] = await Promise.allSettled([fed, end(child)])
  if (archive.status === 'rejected' && !isBrokenPipe(archive.reason)) throw archive.reason
  if (helper.status === 'rejected') throw helper.reason
}

/** The helper ended before it had read everything; it has said why. */
const isBrokenPipe = (error: unknown): boolean =>
  hasCode(error, 'EPIPE') || hasCode(error, 'ERR_STREAM_PREMATURE_CLOSE')

/**
 * Ends only when the helper ended well; fails with what it said otherwise. What it gave before can be
 * read first: a stream that fails forgets what it holds, so this one holds nothing.
 */
function output(child: Helper): Readable {
  const ended = end(child)
  ended.catch(() => {})
  const chunks = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of child.stdout) yield chunk
    await ended
  }
  const stream = Readable.from(chunks(), { objectMode: false, highWaterMark: 1 })
  return stream.once('close', () => child.kill('SIGKILL'))
}

function end(child: Helper): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, 2000)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(said.trim() || `the helper in the environment ended with ${code}`))
    })
  })
}

function namesIn(text: string): readonly { path: string; directory: boolean }[] {
  return text
    .split('\0')
    .map((name) => ({ path: name.slice(3), directory: name.startsWith('d') }))
    .filter((file) => file.path !== '')
}

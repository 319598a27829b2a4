import { execFile } from 'node:child_process'
import { readFile, readlink, rm, stat } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Log } from '../../ports/log.ts'
import type { Folder } from './folder.ts'
import { codeOf } from './problem.ts'

const run = promisify(execFile)

/** Whether a process of this number exists, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/**
 * The PostgreSQL that runs on this database by its own pid file, whether or not it answers; null when
 * there is none. A pid file that would only keep PostgreSQL from starting is removed: its number now
 * belongs to another program, or to a dead process that nobody collected, or a power cut emptied it. One
 * whose process does not exist is left to PostgreSQL, which then also looks for orphans that still write.
 */
export async function serverPid({ data }: Folder, log: Log): Promise<number | null> {
  const path = join(data, 'postmaster.pid')
  const pid = await recordedPid(path)
  if (pid === null) return null
  if (await isServerOf(pid, data)) return pid
  const inTheWay = isAlive(pid) || (await isRemnant(path))
  // Read again, since another process may be starting PostgreSQL in this moment.
  if (inTheWay && Object.is(await recordedPid(path), pid)) {
    log.warn({ pid, path }, 'removing the pid file of a PostgreSQL that is gone')
    await rm(path, { force: true })
  }
  return null
}

/** PostgreSQL itself leaves the file empty only for a moment, when it starts. */
async function isRemnant(path: string): Promise<boolean> {
  try {
    const { size, mtimeMs } = await stat(path)
    return size === 0 && Math.abs(Date.now() - mtimeMs) > 1_000
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** Null without a file, NaN when it is empty. */
async function recordedPid(path: string): Promise<number | null> {
  try {
    return Number.parseInt(await readFile(path, 'utf8'), 10)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/**
 * PostgreSQL works inside its data directory. Where the kernel does not say who works where (to root in
 * a container without that privilege, or on macOS), any live PostgreSQL of that number counts.
 */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (platform() !== 'linux') return isLivePostgres(await askPs(pid))
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === data
  } catch (error) {
    if (codeOf(error) === 'EACCES') return isLivePostgres(await askProc(pid))
    if (isGone(error)) return false
    throw error
  }
}

/** `facts`: the letter of the state, a space, the program; Z is a dead process that nobody collected. */
const isLivePostgres = (facts: string): boolean => /^[^Z]\S* .*postgres/.test(facts)

async function askProc(pid: number): Promise<string> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8')
    return line.replace(/^\d+ \((.*)\) (\w).*$/s, '$2 $1')
  } catch (error) {
    if (isGone(error)) return ''
    throw error
  }
}

const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH'].includes(codeOf(error))

async function askPs(pid: number): Promise<string> {
  try {
    return (await run('/bin/ps', ['-o', 'stat=,comm=', '-p', String(pid)])).stdout
  } catch (error) {
    // `ps` answers 1 when there is no such process.
    if (error instanceof Error && 'code' in error && error.code === 1) return ''
    throw error
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Embedded } from '../../src/store/embedded/embedded.ts'
import { prepareFolder } from '../../src/store/embedded/folder.ts'
import { usableNative } from '../../src/store/embedded/links.ts'
import { isAlive } from '../../src/store/embedded/pid.ts'
import { spawnServer } from '../../src/store/embedded/process.ts'
import {
  host,
  keepingLog,
  type Line,
  native,
  postmaster,
  query,
  started,
  temporary,
  until,
  untilStopped,
} from './embedded-support.ts'

const acknowledged = (lines: readonly Line[]) =>
  Math.max(0, ...lines.filter(({ kind }) => kind === 'row').map(({ n }) => Number(n)))

test('PostgreSQL ends cleanly by itself after kill -9 of its process', async () => {
  const dataDir = await temporary()
  const first = host({ dataDir })
  await first.ready()
  await first.end('SIGKILL')
  await untilStopped(dataDir)
  const log = keepingLog()
  await started({ dataDir, log })
  const said = log.messages.join('\n')
  expect(said).toContain('database system was shut down at')
  expect(said).not.toContain('not properly shut down')
})

test('no acknowledged row is lost by kill -9 and an immediate start, five times', async () => {
  const dataDir = await temporary()
  let rows = 0
  for (let round = 1; round <= 5; round += 1) {
    const writer = host({ dataDir }, { mode: 'write' })
    await until('20 rows are written', () => acknowledged(writer.lines) >= rows + 20)
    expect((await writer.ready()).adopted).toBe(false)
    await writer.end('SIGKILL')
    rows = acknowledged(writer.lines)
  }
  const embedded = await started({ dataDir })
  const kept = await query<{ n: number }>(embedded, 'select n from row order by n')
  expect(kept.map(({ n }) => n)).toEqual(expect.arrayContaining([1, rows]))
  expect(new Set(kept.map(({ n }) => n)).size).toBeGreaterThanOrEqual(rows)
})

test('a PostgreSQL that is killed is started again, and the log says so', async () => {
  const dataDir = await temporary()
  const log = keepingLog()
  const embedded = await started({ dataDir, log })
  await query(embedded, 'create table kept as select 1 as one')
  const before = postmaster(dataDir)
  process.kill(before ?? 0, 'SIGKILL')
  const rows = await until('it answers again', () =>
    query(embedded, 'table kept').catch(() => null),
  )
  expect(rows).toEqual([{ one: 1 }])
  expect(postmaster(dataDir)).not.toBe(before)
  expect(log.messages.join('\n')).toContain('PostgreSQL ended; bringing it up again')
})

test('a PostgreSQL that is ended in its first moments ends at once, ten times', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  const folder = await prepareFolder(dataDir)
  const programs = await usableNative({ ...folder, native, version: 'test' })
  const bin = join(programs, 'bin')
  const installation = { folder, bin, major: 18, source: 'npm' } as const
  for (let round = 1; round <= 10; round += 1) {
    const server = await spawnServer(installation, 'a test', keepingLog())
    await server.stop()
    expect(server.isRunning()).toBe(false)
  }
  expect(postmaster(dataDir)).toBeNull()
})

test('signals to all processes of a service do not cut the tie to PostgreSQL', async () => {
  const dataDir = await temporary()
  const embedded = await started({ dataDir })
  const server = postmaster(dataDir) ?? 0
  const [shell, tie] = [parentOf(server), tieOf(server)]
  for (const pid of [shell, tie])
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(pid, signal)
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  await embedded.stop()
  await until('both have ended', () => ![shell, tie].some(isAlive))
  expect(postmaster(dataDir)).toBeNull()
})

test('killing the shell between Sluice and PostgreSQL does not leave two servers', async () => {
  const dataDir = await temporary()
  const embedded = await started({ dataDir })
  const before = postmaster(dataDir)
  process.kill(parentOf(before ?? 0), 'SIGKILL')
  await until('another PostgreSQL runs', () => ![null, before].includes(postmaster(dataDir)))
  const rows = await until('it answers', () => query(embedded, 'select 1 as one').catch(() => null))
  expect(rows).toEqual([{ one: 1 }])
  await embedded.stop()
  expect(postmaster(dataDir)).toBeNull()
})

const parentOf = (pid: number): number =>
  Number(
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) \w /s, '')
      .split(' ')[0],
  )

test('a second process uses the running database and leaves it alone when it ends', async () => {
  const dataDir = await temporary()
  const first = await started({ dataDir })
  await query(first, 'create table shared as select 1 as one')
  const before = postmaster(dataDir)
  const second = host({ dataDir })
  const other = await second.ready()
  expect(other.adopted).toBe(true)
  expect(await query(other, 'table shared')).toEqual([{ one: 1 }])
  await second.end('SIGTERM')
  expect(await query(first, 'table shared')).toEqual([{ one: 1 }])
  expect(postmaster(dataDir)).toBe(before)
})

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'when the process that started it ends by %s, the second one takes over',
  async (signal) => {
    const dataDir = await temporary()
    const first = host({ dataDir })
    await first.ready()
    const second = await started({ dataDir })
    expect(second.adopted).toBe(true)
    const before = postmaster(dataDir)
    await first.end(signal)
    await until('another PostgreSQL runs', () => ![null, before].includes(postmaster(dataDir)))
    const rows = await until('it answers', () => query(second, 'select 1 as one').catch(() => null))
    expect(rows).toEqual([{ one: 1 }])
    await second.stop()
    expect(postmaster(dataDir)).toBeNull()
  },
)

test('of four processes that begin at once, one starts PostgreSQL and the others use it', async () => {
  const dataDir = await temporary()
  const hosts = [1, 2, 3, 4].map(() => host({ dataDir }))
  const ready = await Promise.all(hosts.map((one) => one.ready()))
  expect(ready.filter(({ adopted }) => !adopted)).toHaveLength(1)
  for (const one of ready) expect(await query(one, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('of three starts in the same moment on an existing database, one wins', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  const all = await Promise.all([1, 2, 3].map(() => started({ dataDir })))
  expect(all.filter(({ adopted }) => !adopted)).toHaveLength(1)
  for (const one of all) expect(await query(one, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('an orphan that still answers is not relied upon', async () => {
  const dataDir = await temporary()
  const first = host({ dataDir })
  await first.ready()
  const orphan = postmaster(dataDir) ?? 0
  const tie = tieOf(orphan)
  process.kill(tie, 'SIGSTOP')
  onTestFinished(() => {
    if (isAlive(tie)) process.kill(tie, 'SIGCONT')
  })
  await first.end('SIGKILL')
  const log = keepingLog()
  const starting = started({ dataDir, log })
  await until('it met the orphan', () =>
    log.messages.some((said) => said.includes('lost its process')),
  )
  process.kill(tie, 'SIGCONT')
  expect((await starting).adopted).toBe(false)
  expect(postmaster(dataDir)).not.toBe(orphan)
})

/** The process that waits for the end of Sluice: the shell's child beside PostgreSQL. */
function tieOf(server: number): number {
  const shell = parentOf(server)
  const children = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ')
  return children.map(Number).find((pid) => pid !== server) ?? 0
}

test('the pid file of another program does not keep PostgreSQL from starting', async () => {
  const dataDir = await temporary()
  const before = await started({ dataDir })
  await before.stop()
  const other = spawn('sleep', ['60'], sameUser(before))
  onTestFinished(() => {
    other.kill()
  })
  await once(other, 'spawn')
  await writePidFile(dataDir, other.pid ?? 0)
  const log = keepingLog()
  const embedded = await started({ dataDir, log })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(log.messages.join('\n')).toContain('removing the pid file')
  expect(other.exitCode).toBeNull()
})

test('so does neither that of a dead process that nobody collected', async () => {
  const dataDir = await temporary()
  const before = await started({ dataDir })
  await before.stop()
  // `sleep` takes the place of its shell and never collects that shell's child.
  const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'], {
    ...sameUser(before),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => {
    parent.kill()
  })
  const [pid] = (await once(parent.stdout, 'data')).map((text) => Number(String(text)))
  await until('it is a zombie', async () =>
    /\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8')),
  )
  await writePidFile(dataDir, pid ?? 0)
  const embedded = await started({ dataDir })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('nor that of a process that is no more', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  const gone = spawn('true')
  await once(gone, 'close')
  await writePidFile(dataDir, gone.pid ?? 0)
  const embedded = await started({ dataDir })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('nor does one that a power cut emptied', async () => {
  const dataDir = await temporary()
  await (await started({ dataDir })).stop()
  const path = join(dataDir, 'postgresql/data/postmaster.pid')
  await writeFile(path, '')
  const lastYear = new Date('2025-01-01')
  await utimes(path, lastYear, lastYear)
  const embedded = await started({ dataDir })
  expect(await query(embedded, 'select 1 as one')).toEqual([{ one: 1 }])
})

/** PostgreSQL by itself minds only processes of its own user. */
const sameUser = ({ runsAs }: Embedded) => (runsAs ? { uid: runsAs.uid } : {})

const writePidFile = (dataDir: string, pid: number): Promise<void> =>
  writeFile(
    join(dataDir, 'postgresql/data/postmaster.pid'),
    `${pid}\n${dataDir}/postgresql/data\n1700000000\n5432\n../socket\n\n  1234567         1\nready   \n`,
  )

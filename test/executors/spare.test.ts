import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { probe } from '../../src/executors/local/probe.ts'
import { createShelf } from '../../src/executors/local/spare.ts'
import type { EnvironmentHandle, FurnishedFile } from '../../src/ports/executor.ts'
import { exited, localIn, never, pathWithout, ran, specOf, stepOf } from '../support/executors.ts'
import { silentLog } from '../support/log.ts'

const idleWorker = join(import.meta.dirname, '../support/idle-worker.ts')
const patience = { timeout: 20_000, interval: 5 }

/** What a job can find out about where it runs, its own directory left out. */
const looks = [
  'env | grep -v "^SLUICE_STEP=" | sort',
  'id; umask; pwd; ulimit -a',
  'ls -lAn --time-style=+ ~ "$TMPDIR"; stat -c "%a %u %g %n" ~ "$TMPDIR" "$BASH_ENV"',
  // What an environment mounts; what else is mounted changes with what else runs on the machine.
  'cut -d " " -f 2-4 /proc/self/mounts | grep -E "^(/etc/passwd|/proc|/dev/shm|/tmp|/var/tmp|/mnt|/media|/srv|/opt|.*/sluice-spare-[^ ]*) "',
  'grep -E "^(Cap|Seccomp|NoNewPrivs|Sig|Groups|Cpus)" /proc/self/status',
  'cat "$BASH_ENV"; ls -A /proc/self/fd',
].join('\n')

describe.each([
  ['as this machine lets us', async () => null],
  ['where there are no namespaces', () => pathWithout('unshare')],
])('an environment that is kept ready, %s,', (_where, pathOf) => {
  let path: string | null
  let dataDir: string
  const opened: Awaited<ReturnType<typeof localIn>>[] = []

  beforeEach(async () => {
    path = await pathOf()
    dataDir = await mkdtemp(join(tmpdir(), 'sluice-spare-'))
  })
  afterEach(async () => {
    // All share the directory that the first one to be closed removes.
    await Promise.all(opened.map(({ executor }) => executor.close()))
    for (const one of opened.splice(0)) await one.close()
    await rm(dataDir, { recursive: true, force: true })
    if (path !== null) await rm(path, { recursive: true })
  })

  async function open(furnishing: readonly FurnishedFile[] = []) {
    const local = await localIn({ dataDir, path, furnishing })
    opened.push(local)
    return local.executor
  }
  const environments = () => readdir(join(dataDir, 'environments')).catch(() => [])
  const spares = async () => (await environments()).filter((id) => id.startsWith('spare-'))
  const untilSpares = (count: number) => expect.poll(spares, patience).toHaveLength(count)
  const keptFile = (id: string, name: string) =>
    readFile(join(dataDir, 'environments', id, name), 'utf8')
  const directoryOf = (job: EnvironmentHandle) => basename(dirname(job.env['HOME'] ?? ''))

  interface Ready {
    readonly id: string
    readonly directory: string
  }

  /** Ids and directories of so many, once they can be used. */
  async function allReady(count: number): Promise<readonly Ready[]> {
    const reports = async () =>
      Promise.all((await spares()).map((id) => keptFile(id, 'keeper').catch(() => '')))
    const usable = async () => (await reports()).filter((text) => text.includes('ready\n'))
    await expect.poll(usable, patience).toHaveLength(count)
    return Promise.all(
      (await spares()).map(async (id) => ({ id, directory: await keptFile(id, 'place') })),
    )
  }

  async function ready(): Promise<Ready> {
    const [one] = await allReady(1)
    if (!one) throw new Error('no environment is kept ready')
    return one
  }

  test('is the next job’s, and nobody else’s', async () => {
    const executor = await open()
    const first = await executor.prepare(specOf(), never)
    const { directory } = await ready()
    const jobs = await Promise.all(
      Array.from({ length: 4 }, () => executor.prepare(specOf(), never)),
    )
    const directories = jobs.map(directoryOf)
    expect(directories).toContain(directory)
    expect(new Set([directoryOf(first), ...directories]).size).toBe(5)
    expect((await executor.list()).toSorted()).toEqual(
      [first, ...jobs].map(({ id }) => id).toSorted(),
    )
  })

  test('looks to a job like one that was made for it', async () => {
    const executor = await open()
    const made = await executor.prepare(specOf(), never)
    const { directory } = await ready()
    const spare = await executor.prepare(specOf(), never)
    expect(directoryOf(spare)).toBe(directory)
    const seen = async (job: EnvironmentHandle) => {
      const { output, outcome } = await ran(job, stepOf(looks))
      expect(outcome).toEqual(exited(0))
      // Where there are no namespaces, each has a user of its own.
      const uid = String((await stat(job.env['HOME'] ?? '')).uid)
      return output.replaceAll(directoryOf(job), 'DIRECTORY').replaceAll(uid, 'UID')
    }
    expect(await seen(spare)).toBe(await seen(made))
  })

  test('is furnished as one that was made for its job is: with the job’s own files', async () => {
    const executor = await open([
      { path: 'tool/bin/tell', text: '#!/bin/sh\necho "I am $0"\n', mode: 0o755 },
      { path: 'plain', text: 'text\n', mode: 0o644 },
    ])
    const made = await executor.prepare(specOf(), never)
    const { directory } = await ready()
    const spare = await executor.prepare(specOf(), never)
    expect(directoryOf(spare)).toBe(directory)
    const look =
      'cd "$TMPDIR"; tool/bin/tell; cat plain; stat -c "%a %n" tool tool/bin tool/bin/tell plain; echo >> plain; touch tool/mine; rm -r tool plain'
    for (const job of [made, spare]) {
      expect(job.furnished).toBe(true)
      expect(await ran(job, stepOf(look))).toEqual({
        output: 'I am tool/bin/tell\ntext\n755 tool\n755 tool/bin\n755 tool/bin/tell\n644 plain\n',
        outcome: exited(0),
      })
    }
    const { furnished } = await (await open()).prepare(specOf(), never)
    expect(furnished).toBe(false)
  })

  test('lives as long as its task may', async () => {
    const executor = await open()
    await executor.prepare(specOf(), never)
    await ready()
    const job = await executor.prepare(specOf({ lifetimeMs: 1000 }), never)
    expect((await ran(job, stepOf('sleep 60'))).outcome).toEqual({
      kind: 'lost',
      because: 'the time of the environment was over',
    })
  })

  test('is a task’s in the eyes of the next process, with all that runs in it', async () => {
    const executor = await open()
    await executor.prepare(specOf(), never)
    const { directory } = await ready()
    const job = await executor.prepare(specOf({ workingDirectory: '~/work' }), never)
    const step = stepOf('echo up; sleep 0.2; pwd')
    await job.begin(step)
    const again = await (await open()).attach(job.id)
    if (!again) throw new Error('the environment is gone')
    expect(directoryOf(again)).toBe(directory)
    expect((await ran(again, step)).output).toBe(`up\n${job.resolve('.')}\n`)
    await again.dispose()
    expect(await readdir(join(dataDir, 'jobs'))).not.toContain(directory)
  })

  test('is not used when its keeper is gone', async () => {
    const executor = await open()
    await executor.prepare(specOf(), never)
    const { id, directory } = await ready()
    await killed(Number.parseInt(await keptFile(id, 'keeper'), 10))
    const job = await executor.prepare(specOf(), never)
    expect(directoryOf(job)).not.toBe(directory)
    expect((await ran(job, stepOf('echo fine'))).output).toBe('fine\n')
    expect(await readdir(join(dataDir, 'jobs'))).not.toContain(directory)
  })

  test('is one a process, and left alone by the others', async () => {
    const [one, other] = [await open(), await open()]
    await Promise.all([one.prepare(specOf(), never), other.prepare(specOf(), never)])
    const directories = (await allReady(2)).map(({ directory }) => directory)
    const jobs = [await one.prepare(specOf(), never), await other.prepare(specOf(), never)]
    expect(jobs.map(directoryOf).toSorted()).toEqual(directories.toSorted())
    await allReady(2)
  })

  test('is gone when the executor is closed', async () => {
    const executor = await open()
    const job = await executor.prepare(specOf(), never)
    await ready()
    await executor.close()
    await job.dispose()
    expect(await environments()).toEqual([])
    expect(await readdir(join(dataDir, 'jobs'))).toEqual([])
  })

  test('keeps no process from ending, and ends with it', async () => {
    const worker = spawn(process.execPath, [idleWorker, dataDir])
    expect(await once(worker, 'close')).toEqual([0, null])
    await untilAllKeepersEnded()
  })

  test('of a process that was killed ends with it and is swept by the next one', async () => {
    const worker = spawn(process.execPath, [idleWorker, dataDir, 'stay'])
    const { id, directory } = await ready()
    worker.kill('SIGKILL')
    await once(worker, 'close')
    await untilAllKeepersEnded()
    const executor = await open()
    const job = await executor.prepare(specOf(), never)
    await expect.poll(environments, patience).not.toContain(id)
    await expect.poll(() => readdir(join(dataDir, 'jobs')), patience).not.toContain(directory)
    expect((await ran(job, stepOf('echo fine'))).output).toBe('fine\n')
  })

  test('and was half made is swept when it is certain that nobody makes it', async () => {
    const halfMade = async (id: string): Promise<string> => {
      await mkdir(join(dataDir, 'jobs', id), { recursive: true })
      await mkdir(join(dataDir, 'environments', id), { recursive: true })
      await writeFile(join(dataDir, 'environments', id, 'place'), id)
      return join(dataDir, 'environments', id)
    }
    await halfMade('spare-young')
    const longAgo = Date.now() / 1000 - 3600
    await utimes(await halfMade('spare-old'), longAgo, longAgo)
    await utimes(await halfMade('probe-old'), longAgo, longAgo)
    await (await open()).prepare(specOf(), never)
    const halfMadeJobs = async () =>
      (await readdir(join(dataDir, 'jobs'))).filter((name) => /old|young/.test(name))
    await expect.poll(halfMadeJobs, patience).toEqual(['spare-young'])
    expect(await environments()).toContain('spare-young')
  })

  async function machineHere() {
    const usual = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'
    const { machine } = await probe({
      dataDir,
      jobUser: null,
      path: path ?? usual,
      furnishing: [],
      log: silentLog,
    })
    if (!machine) throw new Error('jobs cannot run here')
    return machine
  }

  test('is waited for while it is being made', async () => {
    await open() // Clears up afterwards.
    const shelf = createShelf(silentLog, { quietMs: 0, freshMs: 60_000 })
    shelf.restock(await machineHere())
    await untilSpares(1)
    const spec = specOf()
    expect(await shelf.take(spec)).toMatchObject({ id: spec.id })
    expect(await environments()).toEqual([spec.id])
    await shelf.close()
    expect(await environments()).toEqual([spec.id])
  })

  test('is thrown away when it is no longer fresh', async () => {
    const machine = await machineHere()
    const shelf = createShelf(silentLog, { quietMs: 0, freshMs: 0 })
    shelf.restock(machine)
    await untilSpares(1)
    await untilSpares(0)
    expect(await shelf.take(specOf())).toBeNull()
    await shelf.close()
    expect(await readdir(join(dataDir, 'jobs'))).toEqual([])
  })

  async function killed(pid: number): Promise<void> {
    process.kill(pid, 'SIGKILL')
    const state = () => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X')
    await expect.poll(state, patience).toMatch(/\) [XZ]/)
  }

  async function untilAllKeepersEnded(): Promise<void> {
    const keepers = async () => {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
      const lines = await Promise.all(
        pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
      )
      return lines.filter((line) => line.includes('sluice-keeper') && line.includes(dataDir))
    }
    await expect.poll(keepers, patience).toEqual([])
  }
})

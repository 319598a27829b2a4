import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { identityIn, orphansOf, signalAll } from '../../src/executors/local/processes.ts'
import type { EnvironmentHandle } from '../../src/ports/executor.ts'
import {
  exited,
  localIn,
  never,
  pathWithout,
  ran,
  specOf,
  stepOf,
  tarOf,
} from '../support/executors.ts'

const asRoot = process.getuid?.() === 0
let local: Awaited<ReturnType<typeof localIn>>
let isolation: string

beforeAll(async () => {
  local = await localIn()
  isolation = (await local.executor.health()).isolation
  console.info(`local executor tested with isolation: ${isolation}`)
})
afterAll(() => local.close())

const environment = (): Promise<EnvironmentHandle> => local.executor.prepare(specOf(), never)

async function output(script: string, change = {}): Promise<string> {
  const job = await environment()
  const end = await ran(job, stepOf(script, change))
  await job.dispose()
  return end.output
}

/** Command lines of all processes that hold `text`. */
async function processesWith(text: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.startsWith('sleep') && line.includes(text))
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 10_000, interval: 5 }).toBe(true)
}

describe('what a step sees', () => {
  test('are its own variables and the environment’s, and none of the server’s', async () => {
    process.env['SLUICE_TEST_SECRET'] = 'not for jobs'
    const seen = await output('env', { env: { MINE: 'yes' } })
    delete process.env['SLUICE_TEST_SECRET']
    const names = seen.split('\n').map((line) => line.split('=')[0] ?? '')
    const own = 'BASH_ENV HOME LANG MINE PATH SLUICE_STEP TMPDIR USER'.split(' ')
    const ofTheShell = ['OLDPWD', 'PWD', 'SHLVL', '_', '']
    expect(new Set(names)).toEqual(new Set([...own, ...ofTheShell]))
  })

  test.runIf(asRoot)('is somebody else than root, with a name', async () => {
    const [id, name] = (await output('id -u; id -un')).split('\n')
    expect(Number(id)).toBeGreaterThan(0)
    expect(name).toBe('sluice-job')
  })

  test('is not the server’s memory, data directory or processes', async (context) => {
    if (isolation === 'uid' || isolation === 'none') context.skip(`isolation is ${isolation}`)
    await writeFile(join(local.dataDir, 'key.pem'), 'the key', { mode: 0o644 })
    const other = await environment()
    const script = [
      `ls -A ${local.dataDir} ${local.dataDir}/jobs`,
      `cat ${local.dataDir}/key.pem /proc/${process.pid}/environ`,
      'ls /proc | grep -c "^[0-9]"',
    ].join('\n')
    const seen = await output(script, { shell: ['/bin/sh'] })
    expect(seen).not.toContain('the key')
    expect(seen).not.toContain(other.id)
    expect(seen).not.toContain('environments')
    expect(Number(seen.trim().split('\n').at(-1))).toBeLessThan(10)
    await other.dispose()
  })

  test('are values exactly as they were given', async () => {
    const value = `it's "quoted" $HOME \`id\` \\ \n two lines; é`
    expect(await output('printf %s "$VALUE"', { env: { VALUE: value } })).toBe(value)
  })

  test('is never a variable that could not exist', async () => {
    const job = await environment()
    await expect(job.begin(stepOf('true', { env: { 'A; touch /tmp/x': '' } }))).rejects.toThrow(
      'cannot be the name',
    )
    await expect(job.begin(stepOf('true', { env: { A: 'a\0b' } }))).rejects.toThrow('NUL')
    await job.dispose()
  })

  test('is not in the arguments or the environment of any process of ours', async () => {
    const job = await environment()
    const step = stepOf('echo up; sleep 60', { env: { TOKEN: 'secret-of-the-step' } })
    const run = job.run(step, { from: 0, signal: never })
    await run.next()
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    const lines = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    )
    expect(lines.filter((line) => line.includes('secret-of-the-step'))).toEqual([])
    await job.dispose()
    await run.next()
  })
})

test('a command leaves no image of its memory, unless it wants to', async () => {
  const job = await environment()
  const told = await ran(job, stepOf('ulimit -c; ulimit -H -c'))
  const [soft, hard] = told.output.split('\n')
  expect(soft).toBe('0')
  expect(hard).toBe(execFileSync('/bin/sh', ['-c', 'ulimit -H -c']).toString().trim())
  await job.dispose()
})

describe('shells', () => {
  test('stop at the first failure, also inside a pipe', async () => {
    const job = await environment()
    expect(await ran(job, stepOf('false | true\necho not here'))).toEqual({
      output: '',
      outcome: exited(1),
    })
    await job.dispose()
  })

  test('pass variables on through BASH_ENV, sh too', async () => {
    const job = await environment()
    await ran(job, stepOf('echo "export GREETING=hello" >> "$BASH_ENV"'))
    const script = 'echo "$GREETING"'
    expect((await ran(job, stepOf(script))).output).toBe('hello\n')
    expect((await ran(job, stepOf(script, { shell: ['/bin/sh'] }))).output).toBe('hello\n')
    await job.dispose()
  })

  test('may be any program that takes a file', async () => {
    expect(await output('one\ntwo\n', { shell: ['/usr/bin/tail', '-n', '1'] })).toBe('two\n')
  })

  test('read nothing: standard input is empty', async () => {
    expect(await output('cat; echo done')).toBe('done\n')
  })

  test('start in a directory that is there, or say that it is not', async () => {
    const job = await environment()
    const end = await ran(job, stepOf('pwd', { cwd: 'missing' }))
    expect(end.outcome).not.toEqual(exited(0))
    expect(end.output).toContain('missing')
    await job.dispose()
  })
})

describe('output', () => {
  test('is kept when a script opens it again by name', async () => {
    const script = 'echo first; echo second > /dev/stderr; echo third > /dev/stdout; echo fourth'
    expect(await output(script)).toBe('first\nsecond\nthird\nfourth\n')
  })

  test('is kept byte for byte, however much it is', async () => {
    const job = await environment()
    const step = stepOf('yes 0123456789abcde | head -c 20000000')
    let size = 0
    for await (const bytes of job.run(step, { from: 0, signal: never })) size += bytes.length
    expect(size).toBe(20_000_000)
    await job.dispose()
  })

  test('may hold what almost looks like its end', async () => {
    const job = await environment()
    const id = randomUUID()
    const script = `printf '\\000${job.id}/${id}X\\n'; printf '\\000${job.id}/${id}'`
    const end = await ran(job, stepOf(script, { id }))
    expect(end.output).toBe(`\0${job.id}/${id}X\n\0${job.id}/${id}`)
    await job.dispose()
  })

  test('ends with the step, not with what it left behind', async () => {
    const job = await environment()
    const end = await ran(job, stepOf('sleep 300 & echo done'))
    expect(end).toEqual({ output: 'done\n', outcome: exited(0) })
    await job.dispose()
  })
})

describe('processes', () => {
  test('that left their step end with it when it is killed', async () => {
    const job = await environment()
    const mark = `3${Date.now()}`
    const step = stepOf(`setsid sleep ${mark} & (setsid sleep ${mark} &); echo up; sleep ${mark}`)
    const run = job.run(step, { from: 0, signal: never })
    await run.next()
    await eventually(async () => (await processesWith(mark)).length === 3)
    await job.signal(step.id, 'SIGKILL')
    expect(await run.next()).toEqual({ done: true, value: exited(137) })
    expect(await processesWith(mark)).toEqual([])
    await job.dispose()
  })

  test('end with their environment, even those that hide', async (context) => {
    if (isolation === 'uid' || isolation === 'none') context.skip(`isolation is ${isolation}`)
    const job = await environment()
    const mark = `4${Date.now()}`
    await ran(job, stepOf(`setsid env -i sleep ${mark} > /dev/null 2>&1 & sleep 0`))
    await eventually(async () => (await processesWith(mark)).length === 1)
    await job.dispose()
    expect(await processesWith(mark)).toEqual([])
  })

  test('may signal their own group without harm to the runner', async () => {
    const job = await environment()
    const end = await ran(job, stepOf('trap "" TERM; echo before; kill 0; echo after'))
    expect(end).toEqual({ output: 'before\nafter\n', outcome: exited(0) })
    await job.dispose()
  })
})

/** A PATH that nobody else has. */
const ownPath = async (): Promise<string> => `/bin:/usr/bin:/sbin:/usr/sbin:/${randomUUID()}`

/** Without namespaces, and with what a small system has. */
async function smallPrograms(): Promise<string> {
  const path = await pathWithout('unshare', 'grep', 'tr', 'sleep')
  for (const name of ['grep', 'tr', 'sleep']) await symlink('/bin/busybox', join(path, name))
  return path
}

const busybox = existsSync('/bin/busybox')
if (!busybox) console.info('small programs are not tested: busybox is not installed')

const machines: readonly (readonly [string, () => Promise<string>])[] = [
  ['as this machine lets us', ownPath],
  ['where there are no namespaces', () => pathWithout('unshare')],
  ...(busybox ? [['where the programs are busybox’s, too', smallPrograms] as const] : []),
]

test('what a process had just begun when it was killed is found by its group, and only then', async () => {
  const script = 'sleep 300 & read -r stat < /proc/self/stat; echo "$stat"; wait'
  const leader = spawn('/bin/sh', ['-c', script], { detached: true })
  const [stat] = (await once(leader.stdout, 'data')) as [Buffer]
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  const identity = identityIn(`${stat.toString().trim()}\n${bootId}`)
  if (!identity) throw new Error('the process did not say who it is')
  expect(await orphansOf(identity)).toEqual([])
  leader.kill('SIGKILL')
  await once(leader, 'exit')
  const [left, ...more] = await orphansOf(identity)
  expect(more).toEqual([])
  expect(left).toMatchObject({ group: leader.pid })
  expect(await orphansOf({ ...identity, bootId: 'of another boot' })).toEqual([])
  signalAll(left ? [left] : [], 'SIGKILL')
  await expect.poll(() => orphansOf(identity), { timeout: 10_000 }).toEqual([])
})

describe.each(machines)('what keeps an environment open, %s,', (_where, pathOf) => {
  let path: string
  let kept: Awaited<ReturnType<typeof localIn>>
  beforeEach(async () => {
    path = await pathOf()
    kept = await localIn({ path })
  })
  afterEach(async () => {
    await kept.close()
    if (pathOf !== ownPath) await rm(path, { recursive: true })
  })

  /** Whatever was started for the environments of `kept`, down to the last child, has its PATH. */
  async function descendants(): Promise<readonly string[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    const ours = pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      return environ.split('\0').includes(`PATH=${path}`) ? [pid] : []
    })
    return (await Promise.all(ours)).flat()
  }
  /** After `close`, which ends the environment that is kept ready for the next job. */
  async function remains() {
    await kept.executor.close()
    const directories = ['jobs', 'environments'].map((name) => readdir(join(kept.dataDir, name)))
    return { processes: await descendants(), directories: (await Promise.all(directories)).flat() }
  }
  const nothing = { processes: [], directories: [] }
  const patience = { timeout: 10_000, interval: 5 }
  const keeperOf = async (id: string): Promise<number> =>
    Number.parseInt(await readFile(join(kept.dataDir, 'environments', id, 'keeper'), 'utf8'), 10)

  test('is gone after the attempts to find out how jobs are kept apart', async () => {
    console.info(`tested with isolation: ${(await kept.executor.health()).isolation}`)
    await expect.poll(remains, patience).toEqual(nothing)
  })

  test('is gone after dispose, to the last process', async () => {
    const job = await kept.executor.prepare(specOf(), never)
    await ran(job, stepOf('(setsid sleep 300 > /dev/null 2>&1 &)'))
    expect((await descendants()).length).toBeGreaterThan(1)
    await job.dispose()
    await expect.poll(remains, patience).toEqual(nothing)
  })

  test('is gone after dispose at the very moment it was opened', async () => {
    for (let times = 0; times < 10; times++) {
      const job = await kept.executor.prepare(specOf(), never)
      await job.dispose()
    }
    await expect.poll(remains, patience).toEqual(nothing)
  })

  test('is gone after its worker was killed and what it left was swept', async () => {
    const id = randomUUID()
    await killedFollower(kept.dataDir, id, path)
    expect((await descendants()).length).toBeGreaterThan(1)
    await (await kept.executor.attach(id))?.dispose()
    await expect.poll(remains, patience).toMatchObject({ processes: [] })
  })

  test('is gone after the keeper itself was killed and what it left was swept', async () => {
    const job = await kept.executor.prepare(specOf(), never)
    process.kill(await keeperOf(job.id), 'SIGKILL')
    await eventually(async () => (await kept.executor.attach(job.id)) === null)
    await expect.poll(remains, patience).toEqual(nothing)
  })

  test('is gone when its time is over', async () => {
    const job = await kept.executor.prepare(specOf({ lifetimeMs: 1000 }), never)
    await job.begin(stepOf('sleep 300'))
    await expect.poll(remains, patience).toMatchObject({ processes: [] })
    await job.dispose()
    await expect.poll(remains, patience).toEqual(nothing)
  })
})

/** Somebody who begins a step in an environment and is killed in the middle of it. */
async function killedFollower(dataDir: string, id: string, path: string): Promise<void> {
  const follower = join(import.meta.dirname, '../support/follower.ts')
  const words = [follower, dataDir, id, 'step', 'echo up; sleep 300', path]
  const worker = spawn(process.execPath, words)
  worker.stdout.once('data', () => worker.kill('SIGKILL'))
  await once(worker, 'close')
}

describe('a restart', () => {
  test('that begins a step again, at the same time even, begins it once', async () => {
    const job = await environment()
    const step = stepOf('echo begun >> ~/begun; sleep 0.1')
    const other = await local.executor.attach(job.id)
    await Promise.all([job.begin(step), other?.begin(step), job.begin(step), other?.begin(step)])
    await ran(job, step)
    expect((await ran(job, stepOf('cat ~/begun'))).output).toBe('begun\n')
    await job.dispose()
  })

  test('in the middle of a step costs not a byte, and the step runs once', async () => {
    const id = randomUUID()
    const step = stepOf(
      'echo begun >> ~/begun; for i in $(seq 1 400); do echo "line $i"; sleep 0.002; done; exit 7',
    )
    const follower = join(import.meta.dirname, '../support/follower.ts')
    const worker = spawn(process.execPath, [follower, local.dataDir, id, step.id, step.script])
    let seen = ''
    worker.stdout.on('data', (bytes: Buffer) => {
      seen += bytes.toString()
      if (seen.includes('line 20\n')) worker.kill('SIGKILL')
    })
    await once(worker, 'close')
    expect(seen).not.toContain('line 400\n')

    const job = await local.executor.attach(id)
    if (!job) throw new Error('the environment is gone')
    const rest = await ran(job, step, Buffer.byteLength(seen))
    const all = Array.from({ length: 400 }, (_, index) => `line ${index + 1}\n`).join('')
    expect({ ...rest, output: seen + rest.output }).toEqual({ output: all, outcome: exited(7) })
    expect((await ran(job, stepOf('cat ~/begun'))).output).toBe('begun\n')
    await job.dispose()
  })

  test('after the step’s runner was killed finds it lost, not failed', async () => {
    const job = await environment()
    const step = stepOf('echo up; sleep 60')
    const run = job.run(step, { from: 0, signal: never })
    await run.next()
    const kept = join(local.dataDir, 'environments', job.id, 'steps', step.id)
    process.kill(-Number.parseInt(await readFile(join(kept, 'pid'), 'utf8'), 10), 'SIGKILL')
    expect(await run.next()).toMatchObject({ done: true, value: { kind: 'lost' } })
    await job.dispose()
  })
})

describe('the executor', () => {
  test('removes what jobs made read-only', async () => {
    const job = await environment()
    await ran(job, stepOf('mkdir -p ~/go/mod; touch ~/go/mod/file; chmod -R a-w ~/go'))
    const own = dirname(job.env['HOME'] ?? '')
    expect(await readdir(join(local.dataDir, 'jobs'))).toContain(basename(own))
    await job.dispose()
    expect(await readdir(join(local.dataDir, 'jobs'))).not.toContain(basename(own))
  })

  test('lets unpacked files belong to the job, with their modes', async () => {
    const job = await environment()
    await job.putTar('~/in', tarOf({ 'a.txt': 'a' }))
    expect((await ran(job, stepOf('stat -c "%u %a" ~/in/a.txt; id -u'))).output).toMatch(
      /^(\d+) 644\n\1\n$/,
    )
    await job.dispose()
  })

  test('works below a directory that only its owner may enter', async (context) => {
    if (isolation === 'uid') context.skip('another user cannot get there without namespaces')
    const closed = await mkdtemp(join(tmpdir(), 'sluice-closed-'))
    await chmod(closed, 0o700)
    const inside = await localIn({ dataDir: join(closed, 'data dir') })
    const job = await inside.executor.prepare(specOf(), never)
    expect((await ran(job, stepOf('echo in; touch ~/ok'))).output).toBe('in\n')
    await job.dispose()
    await inside.close()
    await rm(closed, { recursive: true })
  })

  test.runIf(asRoot)('never runs jobs as root, nor as nobody it knows', async () => {
    for (const jobUser of ['root', 'no-such-user']) {
      const wrong = await localIn({ jobUser })
      expect((await wrong.executor.health()).summary).toContain('cannot run')
      await expect(wrong.executor.prepare(specOf(), never)).rejects.toThrow('cannot run')
      await wrong.close()
    }
  })

  test.runIf(asRoot)(
    'says why it cannot reach a closed data directory without namespaces',
    async () => {
      const closed = await mkdtemp(join(tmpdir(), 'sluice-closed-'))
      const path = await pathWithout('unshare')
      const inside = await localIn({ dataDir: join(closed, 'data'), path })
      expect((await inside.executor.health()).summary).toContain(`chmod o+x ${closed}`)
      await Promise.all([rm(closed, { recursive: true }), rm(path, { recursive: true })])
    },
  )

  test.skipIf(asRoot)(
    'refuses jobs where nothing isolates them, unless told otherwise',
    async () => {
      const path = await pathWithout('unshare')
      const open = await localIn({ path, unisolatedOk: false })
      const health = await open.executor.health()
      expect(health.summary).toContain('NOT ISOLATED')
      expect(health.warnings.join(' ')).toContain('SLUICE_UNISOLATED=allow')
      await expect(open.executor.prepare(specOf(), never)).rejects.toThrow(
        'SLUICE_UNISOLATED=allow',
      )
      await Promise.all([open.close(), rm(path, { recursive: true })])
    },
  )

  test('does not take names that lead elsewhere', async () => {
    await expect(local.executor.prepare(specOf({ id: '../x' }), never)).rejects.toThrow('name')
    const job = await environment()
    await expect(job.begin(stepOf('true', { id: '../../x' }))).rejects.toThrow('name')
    await job.dispose()
  })

  test('begins again what a killed process had only half made', async () => {
    const spec = specOf()
    await mkdir(join(local.dataDir, 'jobs', spec.id), { recursive: true })
    await mkdir(join(local.dataDir, 'environments', spec.id, 'steps'), { recursive: true })
    const job = await local.executor.prepare(spec, never)
    expect((await ran(job, stepOf('echo fine'))).output).toBe('fine\n')
    await job.dispose()
  })
})

/**
 * What a job tries that it must not be able to do, one test an attempt, on every way to run jobs here.
 * Where a way cannot prevent something, it has to say so, and jobs of forks are refused there.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileBlobs } from '../../src/blobs/blobs.ts'
import type { EnvironmentHandle, Executor, ExecutorHealth } from '../../src/ports/executor.ts'
import { type Embedded, startEmbedded } from '../../src/store/embedded/embedded.ts'
import { startEngine } from '../support/docker-engine.ts'
import {
  dockerIn,
  localIn,
  never,
  pathWithout,
  ran,
  specOf,
  stepOf,
  tarOf,
} from '../support/executors.ts'
import { silentLog } from '../support/log.ts'

type Isolation = ExecutorHealth['isolation']
/** Whose things an attempt is after. */
type Victim = 'server' | 'key' | 'store' | 'job' | 'shared'

/** What each way cannot prevent. */
const open: Readonly<Record<Isolation, readonly Victim[]>> = {
  container: [],
  sandbox: [],
  uid: ['shared'],
  mounts: ['key'],
  none: ['server', 'key', 'store', 'job', 'shared'],
}
const admitted: Readonly<Record<Victim, RegExp>> = {
  server: /this server's keys/,
  key: /keys/,
  store: /database, its caches/,
  job: /other jobs/,
  shared: /share \/tmp and this machine/,
}

interface Scene {
  readonly attacker: EnvironmentHandle
  /** Another one, which may lose itself. */
  berserk(): Promise<EnvironmentHandle>
  readonly isolation: Isolation
  readonly health: ExecutorHealth
  /** Values for the scripts of the attempts, none of them secret. */
  readonly env: Readonly<Record<string, string>>
  stillRuns(): Promise<boolean>
}

const secret = `hush-${randomBytes(8).toString('hex')}`
/** Of one run: what another user left there can be in the way for ever. */
const left = `/tmp/victim-${randomBytes(8).toString('hex')}`

interface Attempt {
  readonly after: Victim
  readonly script: string
  /** What it must not see; else the secret. */
  readonly unseen?: RegExp
}

const connect = (path: string): string =>
  `perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); print connect($s, sockaddr_un($ARGV[0])) ? "got in" : "no"' "${path}"`

const attempts: Readonly<Record<string, Attempt>> = {
  'the server’s environment': {
    after: 'server',
    script: 'cat /proc/$SERVER/environ /proc/$PPID/environ',
  },
  'the environment of any process': {
    after: 'server',
    script: 'for one in /proc/[0-9]*; do tr "\\0" "\\n" < $one/environ | grep SERVER_SECRET; done',
  },
  'the server’s memory': {
    after: 'server',
    script: 'head -c 100 /proc/$SERVER/maps; ls /proc/$SERVER/fd && echo got in',
    unseen: /got in|[0-9a-f]{8}-[0-9a-f]{8}/,
  },
  'the private key': { after: 'key', script: 'cat "$KEY"; cat "$KEY_BESIDE"' },
  'the data directory’s own files': { after: 'server', script: 'cat "$DATA/key.pem"' },
  'the database’s socket': { after: 'store', script: connect('$SOCKET'), unseen: /got in/ },
  'the database’s files': {
    after: 'store',
    script: 'find "$(dirname "$(dirname "$SOCKET")")" -name PG_VERSION',
    unseen: /PG_VERSION/,
  },
  'the caches of other repositories': {
    after: 'store',
    script:
      'find "$DATA/blobs" -type f; cat "$DATA/blobs/$(echo $BLOB | cut -c1-2)/$BLOB"; find / -name "$BLOB" 2>/dev/null',
    unseen: /[0-9a-f]{64}\n/,
  },
  'another job’s home': { after: 'job', script: 'cat "$VICTIM_HOME/file"; ls "$VICTIM_HOME"' },
  'another job’s /tmp': { after: 'shared', script: 'cat /tmp/victim-*; cat /tmp/*/victim-*' },
  'another job’s TMPDIR': { after: 'job', script: 'ls "$VICTIM_TMP"; cat "$VICTIM_TMP/own"' },
  'what another job restored': {
    after: 'job',
    script: 'cat "$VICTIM_HOME/restored/file"; ls "$VICTIM_HOME/restored"',
  },
  'another job’s environment': {
    after: 'job',
    script: 'for one in /proc/[0-9]*; do tr "\\0" "\\n" < $one/environ | grep TOKEN; done',
  },
  'another job’s scripts and entries': {
    after: 'job',
    script:
      'cat "$DATA"/environments/*/steps/*/* "$VICTIM_HOME"/../scripts/* /.sluice/job/steps/*/script*',
    unseen: new RegExp(`${secret}-job`),
  },
  'other jobs in the list of processes': {
    after: 'shared',
    script: 'cat /proc/[0-9]*/cmdline | tr "\\0" " "',
    unseen: /sleep 7654/,
  },
}

async function sceneOn(
  executor: Executor,
  dataDir: string,
  stack: AsyncDisposableStack,
): Promise<Scene> {
  const embedded: Embedded = await startEmbedded({ dataDir, log: silentLog })
  stack.defer(() => embedded.stop())
  const folder = await mkdtemp(join(tmpdir(), 'sluice-key-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const [key, beside] = [join(folder, 'key.pem'), join(dataDir, 'key.pem')]
  for (const file of [key, beside]) await writeFile(file, secret, { mode: 0o600 })
  const server = spawn('sleep', ['3600'], {
    env: { PATH: process.env['PATH'], SERVER_SECRET: secret },
  })
  stack.defer(() => end(server))
  await mkdir(join(dataDir, 'blobs'), { recursive: true })
  const { blob } = await fileBlobs(join(dataDir, 'blobs')).put(Readable.from([secret]))
  const victim = await executor.prepare(specOf(), never)
  stack.defer(() => victim.dispose())
  stack.defer(() => rm(left, { force: true }))
  await victim.putTar('~/restored', tarOf({ file: secret }))
  const step = stepOf(
    `echo ${secret} > ~/file; echo ${secret} > ${left}; echo ${secret} > "$TMPDIR/own"; echo ready; sleep 7654 # ${secret}-job`,
    { env: { TOKEN: secret } },
  )
  const run = victim.run(step, { from: 0, signal: never })
  await run.next()
  stack.defer(async () => {
    await victim.signal(step.id, 'SIGKILL')
    await run.next()
  })
  const attacker = await executor.prepare(specOf(), never)
  stack.defer(() => attacker.dispose())
  const health = await executor.health()
  return {
    attacker,
    berserk: () => executor.prepare(specOf(), never),
    isolation: health.isolation,
    health,
    env: {
      SERVER: String(server.pid),
      KEY: key,
      KEY_BESIDE: beside,
      DATA: dataDir,
      SOCKET: `${embedded.connection.host}/.s.PGSQL.5432`,
      BLOB: blob,
      VICTIM_HOME: victim.env['HOME'] ?? '',
      VICTIM_TMP: victim.env['TMPDIR'] ?? '/tmp',
    },
    stillRuns: async () => {
      const seen = await ran(victim, stepOf('cat /proc/[0-9]*/cmdline | tr "\\0" " "'))
      return seen.output.includes('sleep 7654')
    },
  }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const engine = await startEngine()
afterAll(() => engine?.close())

const ways: readonly (readonly [string, () => Promise<Awaited<ReturnType<typeof localIn>>>])[] = [
  ['on this machine, as it lets us', () => localIn()],
  [
    'on this machine, where there are no namespaces',
    async () => localIn({ path: await pathWithout('unshare') }),
  ],
  ...(engine ? ([['in containers', () => dockerIn(engine)]] as const) : []),
]

describe.each(ways)('%s, a job that tries', (_where, make) => {
  const stack = new AsyncDisposableStack()
  let scene: Scene
  beforeAll(async () => {
    const { executor, dataDir, close } = await make()
    stack.defer(close)
    scene = await sceneOn(executor, dataDir, stack)
    console.info(`tested with isolation: ${scene.isolation}`)
  }, 60_000)
  afterAll(() => stack.disposeAsync(), 30_000)

  const tried = async (script: string): Promise<string> =>
    (await ran(scene.attacker, stepOf(script, { env: scene.env, shell: ['/bin/sh'] }))).output
  const isPrevented = (victim: Victim): boolean => !open[scene.isolation].includes(victim)

  test.each(Object.entries(attempts))(
    'to get at %s fails, or the way says so',
    async (_what, attempt) => {
      const seen = await tried(attempt.script)
      if (isPrevented(attempt.after)) expect(seen).not.toMatch(attempt.unseen ?? new RegExp(secret))
      else expect(scene.health.summary).toMatch(admitted[attempt.after])
    },
  )

  test('to end another job fails, or the way says so', async () => {
    if (!isPrevented('job')) return expect(scene.health.summary).toMatch(admitted.job)
    const kill =
      'for one in /proc/[0-9]*; do case $(tr "\\0" " " < $one/cmdline) in sleep\\ *) kill -9 ${one#/proc/} ;; esac; done'
    const berserk = await scene.berserk()
    await ran(berserk, stepOf(kill, { shell: ['/bin/sh'] }))
    await berserk.dispose()
    await tried(`kill -9 ${scene.env['SERVER']}`)
    expect(await scene.stillRuns()).toBe(true)
  })

  test('to read what the worker holds finds nothing: no open file, no input, no image of memory', async () => {
    const files = 'for one in /proc/$$/fd/*; do readlink $one; done; cat; ulimit -c'
    const lines = (await tried(files)).trim().split('\n')
    expect(lines[0]).toBe('/dev/null')
    expect(lines.at(-1)).toBe('0')
    for (const line of lines.slice(1, -1))
      expect(line).toMatch(/^(?:pipe:\[\d+\]|.*\/(?:script|scripts)\/?.*)$/)
  })

  test('to find secrets in the arguments of processes finds none, whoever runs them', async () => {
    expect(await tried('cat /proc/[0-9]*/cmdline | tr "\\0" " "')).not.toContain(secret)
  })

  test('is refused if it is a stranger’s, where anything can be had', () => {
    const weak = open[scene.isolation].length > 0
    const said = scene.health.warnings.join(' ').includes('from forks are refused')
    expect(said).toBe(weak)
  })
})

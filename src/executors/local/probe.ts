import { spawn } from 'node:child_process'
import { access, chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FurnishedFile } from '../../ports/executor.ts'
import type { Log } from '../../ports/log.ts'
import type { Shells } from '../shell.ts'
import { createEnvironment, removeEnvironment } from './environment.ts'
import { handleOf } from './handle.ts'
import { candidates, type Isolation } from './isolation.ts'
import type { Machine } from './machine.ts'
import { closedAncestor, coverFor } from './mounts.ts'
import { machineOf } from './own-user.ts'
import { newOwnId, newPlaces } from './places.ts'

/** What was found out by really running a job. */
export interface Probed {
  /** Null: no way to run jobs was found. */
  readonly machine: Machine | null
  /** Why better ways than the one in `machine` do not work, each one sentence. */
  readonly reasons: readonly string[]
}

interface ProbeOptions {
  readonly dataDir: string
  readonly jobUser: string | null
  readonly path: string
  readonly furnishing: readonly FurnishedFile[]
  readonly log: Log
}

/** Tries the ways to isolate jobs, best first, each by running a small job in it. */
export async function probe(options: ProbeOptions): Promise<Probed> {
  const reasons: string[] = []
  try {
    const shells = await shellsHere(options.path)
    for (const isolation of await candidates(options.jobUser)) {
      const cover = await coverFor(options.dataDir, isolation.user !== null)
      const machine: Machine = { ...options, isolation, cover, shells }
      const problem = await problemWith(machine)
      if (problem === null) return { machine, reasons }
      options.log.debug({ level: isolation.level, problem }, 'a way to isolate jobs does not work')
      reasons.push(problem)
    }
  } catch (error) {
    reasons.push(messageOf(error))
  }
  return { machine: null, reasons }
}

async function problemWith(machine: Machine): Promise<string | null> {
  const places = newPlaces(machine.dataDir, newOwnId('probe'))
  try {
    await openWayFor(machine.isolation, machine.dataDir)
    await createEnvironment(machine, places, probeSpec(places.id))
    const own = await machineOf(machine, places)
    return await tryOut(own, handleOf(own, places, '~'), places.tmp)
  } catch (error) {
    return messageOf(error)
  } finally {
    await removeEnvironment(machine, places)
  }
}

const probeSpec = (id: string) => ({
  id,
  runsIn: { kind: 'machine', image: null, dockerLayerCaching: false } as const,
  workingDirectory: '~',
  lifetimeMs: 60_000,
  resourceClass: null,
})

/** Runs a step as jobs will, and looks at who it was and where its /tmp is. Null: all is well. */
async function tryOut(
  machine: Machine,
  handle: ReturnType<typeof handleOf>,
  tmp: string,
): Promise<string | null> {
  const script = 'id -u; echo here > "$TMPDIR/probe"; touch "$HOME/probe"'
  const step = { id: 'probe', script, env: {}, cwd: null, shell: ['/bin/sh', '-e'] }
  const run = handle.run(step, { from: 0, signal: AbortSignal.timeout(20_000) })
  let output = ''
  for (;;) {
    const next = await run.next()
    if (!next.done) {
      output += Buffer.from(next.value).toString()
      continue
    }
    const end = next.value
    if (end.kind === 'lost') return end.because
    if (end.code !== 0) return output.trim() || `a job ended with ${end.code}`
    return wrongUser(machine, output) ?? (await wrongTmp(tmp))
  }
}

function wrongUser(machine: Machine, output: string): string | null {
  const wanted = machine.isolation.user?.uid ?? process.getuid?.()
  return Number(output) === wanted ? null : `a job ran as user ${output.trim()}, not as ${wanted}`
}

async function wrongTmp(tmp: string): Promise<string | null> {
  const content = await readFile(join(tmp, 'probe'), 'utf8').catch(() => null)
  return content === 'here\n' ? null : 'a job did not get a /tmp of its own'
}

/** Another user without namespaces must be able to walk to its directory. */
async function openWayFor(isolation: Isolation, dataDir: string): Promise<void> {
  if (isolation.user === null || isolation.namespaces) return
  await chmod(dataDir, (await stat(dataDir)).mode | 0o001)
  const closed = await closedAncestor(dataDir)
  if (closed === null) return
  throw new Error(
    `jobs run as user ${isolation.user.name}, who may not enter ${closed} on the way to the data ` +
      `directory: put it elsewhere (SLUICE_DATA_DIR), or run chmod o+x ${closed}`,
  )
}

async function shellsHere(path: string): Promise<Shells> {
  const bash = await access('/bin/bash').then(
    () => true,
    () => false,
  )
  return { bash, shPipefail: bash || (await shKnowsPipefail(path)) }
}

function shKnowsPipefail(path: string): Promise<boolean> {
  const child = spawn('/bin/sh', ['-o', 'pipefail', '-c', ':'], {
    env: { PATH: path },
    stdio: 'ignore',
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

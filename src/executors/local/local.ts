import { mkdir, realpath } from 'node:fs/promises'
import {
  type EnvironmentHandle,
  EnvironmentLost,
  type EnvironmentSpec,
  type Executor,
  type FurnishedFile,
  JobsRefused,
} from '../../ports/executor.ts'
import type { Log } from '../../ports/log.ts'
import { createEnvironment, removeEnvironment } from './environment.ts'
import { handleOf } from './handle.ts'
import { healthOf } from './health.ts'
import { isOpen } from './keeper.ts'
import type { Machine } from './machine.ts'
import { namesIn } from './names-in.ts'
import { machineOf } from './own-user.ts'
import { environmentsDir, findPlaces, isOwnId, newPlaces, type Places } from './places.ts'
import { type Probed, probe } from './probe.ts'
import { createShelf, type Shelf } from './spare.ts'
import { textOf } from './text-of.ts'

export interface LocalOptions {
  /** Created when missing. */
  readonly dataDir: string
  /** Whom jobs run as when this process is root; null: `sluice-job`, or a number that is nobody's. */
  readonly jobUser: string | null
  /** Whether to run jobs also where nothing keeps them from this process and each other. */
  readonly unisolatedOk: boolean
  /** PATH of the jobs; null: the usual system directories. */
  readonly path: string | null
  /** What every environment has below its TMPDIR from the beginning. */
  readonly furnishing?: readonly FurnishedFile[]
  readonly log: Log
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Runs steps on this machine (Linux), kept apart as far as the machine lets us. */
export function localExecutor(options: LocalOptions): Executor {
  const dataDir = absolute(options.dataDir)
  let probed: Promise<Probed> | null = null
  const look = (): Promise<Probed> => {
    probed ??= dataDir.then((found) =>
      probe({
        ...options,
        dataDir: found,
        path: options.path ?? usualPath,
        furnishing: options.furnishing ?? [],
      }),
    )
    return probed
  }
  const machine = async (): Promise<Machine> => usable(await look(), options.unisolatedOk)
  const shelf = createShelf(options.log)
  return {
    kind: 'local',
    health: async () => healthOf(await look(), options.unisolatedOk),
    prepare: async (spec, signal) => {
      const here = await machine()
      const handle = await prepare(here, shelf, spec, signal)
      shelf.restock(here)
      return handle
    },
    attach: async (id) => attach(await machine(), id),
    list: async () => list(environmentsDir(await dataDir)),
    close: () => shelf.close(),
  }
}

async function prepare(
  machine: Machine,
  shelf: Shelf,
  spec: EnvironmentSpec,
  signal: AbortSignal,
): Promise<EnvironmentHandle> {
  const adopted = await attach(machine, spec.id)
  if (adopted) return adopted
  signal.throwIfAborted()
  const places = (await shelf.take(spec)) ?? (await make(machine, spec))
  return handleOf(await machineOf(machine, places), places, spec.workingDirectory)
}

async function make(machine: Machine, spec: EnvironmentSpec): Promise<Places> {
  const places = newPlaces(machine.dataDir, spec.id)
  try {
    await createEnvironment(machine, places, spec)
  } catch (error) {
    await removeEnvironment(machine, places)
    throw lost(error)
  }
  return places
}

/** What is left of an environment that has ended is removed. */
async function attach(machine: Machine, id: string): Promise<EnvironmentHandle | null> {
  const places = await findPlaces(machine.dataDir, id)
  const spec = await textOf(places.spec)
  if (spec !== null && (await isOpen(places))) {
    return handleOf(await machineOf(machine, places), places, workingDirectoryIn(spec))
  }
  if (await anythingAt(places)) await removeEnvironment(machine, places)
  return null
}

function workingDirectoryIn(text: string): string {
  const spec: unknown = JSON.parse(text)
  if (typeof spec === 'object' && spec !== null && 'workingDirectory' in spec) {
    return String(spec.workingDirectory)
  }
  throw new EnvironmentLost('the description of the environment is damaged')
}

const anythingAt = async (places: Places): Promise<boolean> =>
  (await namesIn(places.kept)) !== null || (await namesIn(places.seen)) !== null

const list = async (directory: string): Promise<readonly string[]> =>
  ((await namesIn(directory)) ?? []).filter((id) => !isOwnId(id))

function usable(probed: Probed, unisolatedOk: boolean): Machine {
  if (!probed.machine) {
    throw new JobsRefused(`jobs cannot run on this machine: ${probed.reasons.join('; ')}`)
  }
  if (probed.machine.isolation.level === 'none' && !unisolatedOk) {
    throw new JobsRefused(
      'jobs are refused: nothing keeps them from this server and from each other, and it listens ' +
        'beyond this machine; set SLUICE_UNISOLATED=allow to run them nevertheless',
    )
  }
  return probed.machine
}

const lost = (error: unknown): unknown =>
  error instanceof EnvironmentLost || !(error instanceof Error)
    ? error
    : new EnvironmentLost(error.message, { cause: error })

async function absolute(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  return realpath(directory)
}

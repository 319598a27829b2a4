/**
 * Where jobs have no namespaces, each environment has a user of its own: a number from a range in which
 * nobody else is. The owner of the environment's directory is the only record of it, so that it outlives
 * this process and goes with the environment.
 */
import { chown, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EnvironmentLost } from '../../ports/executor.ts'
import type { Machine } from './machine.ts'
import { jobsDir, type Places } from './places.ts'
import { hasCode, uidsOfProcesses } from './processes.ts'

/** In no passwd file that we know of, and below the range of container ids. */
export const ownUids = { first: 64_400, last: 64_911 } as const

const isOwn = (uid: number): boolean => uid >= ownUids.first && uid <= ownUids.last

/** The machine as this environment, which is there or not, is run on it. */
export async function machineOf(machine: Machine, places: Places): Promise<Machine> {
  const uid = machine.isolation.asUser ? await ownerOf(places.seen) : null
  return uid !== null && isOwn(uid) ? asUser(machine, uid) : machine
}

/**
 * Gives the environment's directory to a user that no other one has. Rejects with `EnvironmentLost` when
 * there is none left.
 */
export async function claimUser(machine: Machine, places: Places): Promise<Machine> {
  if (!machine.isolation.asUser) return machine
  const running = await uidsOfProcesses()
  const taken = await ownersIn(machine, places)
  const free = uidsFrom(Math.floor(Math.random() * size)).filter(
    (uid) => !running.has(uid) && !taken.has(uid),
  )
  for (const uid of free) {
    await chown(places.seen, uid, uid)
    // Of two that take the same one at once, at least the later sees the other, and yields.
    if (!(await ownersIn(machine, places)).has(uid)) return asUser(machine, uid)
  }
  throw new EnvironmentLost(
    `no user is left for the job: all of the uids ${ownUids.first} to ${ownUids.last} are in use`,
  )
}

const size = ownUids.last - ownUids.first + 1

/** From any place on: environments of other data directories are seen by their processes only. */
const uidsFrom = (start: number): readonly number[] =>
  Array.from({ length: size }, (_, index) => ownUids.first + ((start + index) % size))

const asUser = (machine: Machine, uid: number): Machine => ({
  ...machine,
  isolation: machine.isolation.asUser?.(uid) ?? machine.isolation,
})

/** Owners of the directories of all other environments. */
async function ownersIn({ dataDir }: Machine, { name }: Places): Promise<ReadonlySet<number>> {
  const others = (await readdir(jobsDir(dataDir))).filter((one) => one !== name)
  const owners = await Promise.all(others.map((one) => ownerOf(join(jobsDir(dataDir), one))))
  return new Set(owners.filter((uid) => uid !== null))
}

async function ownerOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).uid
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

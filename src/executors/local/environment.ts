import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EnvironmentLost, type EnvironmentSpec } from '../../ports/executor.ts'
import { furnish } from './furnish.ts'
import type { JobUser } from './isolation.ts'
import { endProcesses, startKeeper, type WaitingKeeper } from './keeper.ts'
import type { Machine } from './machine.ts'
import { mountTable } from './mounts.ts'
import { namesIn } from './names-in.ts'
import { claimUser, machineOf } from './own-user.ts'
import { environmentsDir, jobsDir, type Places } from './places.ts'
import { runnersOf } from './steps.ts'

/** Makes the directories of an environment and opens it; it waits to be told whose it is. */
export async function openEnvironment(machine: Machine, places: Places): Promise<WaitingKeeper> {
  await mkdir(jobsDir(machine.dataDir), { recursive: true, mode: 0o711 })
  await mkdir(environmentsDir(machine.dataDir), { recursive: true, mode: 0o700 })
  // What leads to the rest comes first, so that nothing is left behind wherever we are killed.
  await mkdir(places.kept, { mode: 0o700 })
  await writeFile(places.place, places.name)
  await mkdir(places.seen, { mode: 0o700 })
  const own = await claimUser(machine, places)
  await Promise.all([makeSeen(own, places), makeKept(own, places)])
  return startKeeper(own, places)
}

/** Makes an environment for `spec`. */
export async function createEnvironment(
  machine: Machine,
  places: Places,
  spec: EnvironmentSpec,
): Promise<void> {
  const keeper = await openEnvironment(machine, places)
  await describe(places, spec)
  keeper.begin(places.id, spec.lifetimeMs)
}

/** Notes what later processes must know about an environment to take it up. */
export const describe = (places: Places, spec: EnvironmentSpec): Promise<void> =>
  writeFile(places.spec, JSON.stringify(spec))

/** Ends all processes of a job and removes its files. Does nothing when there are none. */
export async function removeEnvironment(machine: Machine, places: Places): Promise<void> {
  const runners = await runnersOf(places, await stepIds(places))
  await endProcesses(await machineOf(machine, places), places, runners)
  await remove(machine.path, [places.seen, places.kept])
}

async function makeSeen(machine: Machine, places: Places): Promise<void> {
  const user = machine.isolation.user
  const owned = [places.seen, places.home, places.tmp, places.scripts]
  await Promise.all([
    mkdir(places.home, { mode: 0o755 }),
    makeTmp(machine, places),
    mkdir(places.scripts, { mode: 0o700 }),
    writeFile(places.bashEnv, '', { mode: 0o644 }),
  ])
  if (!user) return
  await Promise.all([...owned, places.bashEnv].map((path) => chown(path, user.uid, user.gid)))
}

async function makeTmp({ furnishing, isolation }: Machine, { tmp }: Places): Promise<void> {
  await mkdir(tmp)
  await chmod(tmp, 0o1777)
  await furnish(tmp, furnishing, isolation.user)
}

async function makeKept(machine: Machine, places: Places): Promise<void> {
  const { user, namespaces } = machine.isolation
  await mkdir(join(places.kept, 'steps'), { mode: 0o700 })
  if (!namespaces) return
  const ownPasswd = user !== null && !user.known
  if (ownPasswd) await writeFile(places.passwd, await passwdWith(user, places), { mode: 0o644 })
  await writeFile(places.mounts, await mountTable(places, { ...machine, ownPasswd }))
}

/** Programs that ask who they are (ssh, Node's `os.userInfo`) fail for a number without a name. */
async function passwdWith(user: JobUser, places: Places): Promise<string> {
  const passwd = await readFile('/etc/passwd', 'utf8')
  return `${passwd.trimEnd()}\n${user.name}:x:${user.uid}:${user.gid}::${places.home}:/bin/sh\n`
}

const stepIds = async (places: Places): Promise<readonly string[]> =>
  (await namesIn(join(places.kept, 'steps'))) ?? []

/**
 * By `rm`, which follows no link whatever happens meanwhile; what we keep goes last. Where an ordinary user meets directories
 * that the job made read-only (Go's module cache is), they are opened first.
 */
function remove(path: string, directories: readonly string[]): Promise<void> {
  const script = 'rm -rf -- "$@" 2>/dev/null || { chmod -R u+rwX -- "$@"; rm -rf -- "$@"; }'
  const child = spawn('/bin/sh', ['-c', script, 'sluice-remove', ...directories], {
    cwd: '/',
    env: { PATH: path },
    stdio: 'ignore',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new EnvironmentLost(`could not be removed: ${directories.join(', ')}`))
    })
  })
}

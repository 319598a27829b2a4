import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { EnvironmentLost } from '../../ports/executor.ts'
import { keeper } from '../runner.ts'
import type { Machine } from './machine.ts'
import type { Places } from './places.ts'
import {
  identityIn,
  isAlive,
  orphansOf,
  type ProcessIdentity,
  processesOf,
  processesOfUser,
  signalAll,
} from './processes.ts'
import { textOf } from './text-of.ts'
import { spawnWords } from './words.ts'

/** What an environment's keeper has reported so far. */
export interface KeeperReport {
  readonly identity: ProcessIdentity
  readonly ready: boolean
  /** It ended because the environment's time was over. */
  readonly expired: boolean
}

/** A keeper that waits to be told whose environment it holds. It ends when this process does. */
export interface WaitingKeeper {
  /** From now on the environment is the task's, for so long. */
  begin(id: string, lifetimeMs: number): void
}

/** Starts the process that holds an environment. Rejects with `EnvironmentLost` when it cannot. */
export async function startKeeper(machine: Machine, places: Places): Promise<WaitingKeeper> {
  const mounts = machine.isolation.namespaces ? places.mounts : ''
  const program = ['/bin/sh', '-c', keeper, 'sluice-keeper', places.keeper, mounts]
  const child = spawnWords([...machine.isolation.open, ...program], {
    detached: true,
    env: { PATH: machine.path },
  })
  // A keeper that is gone shows in its report.
  child.stdin.on('error', () => undefined)
  const said = await firstWords(child)
  for (const stream of [child.stdout, child.stderr]) stream.destroy()
  letGo(child)
  if (!(await isOpen(places))) {
    throw new EnvironmentLost(
      `the environment could not be opened: ${said.trim() || 'no reason given'}`,
    )
  }
  return { begin: (id, lifetimeMs) => child.stdin.end(`${seconds(lifetimeMs)} ${id}\n`) }
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))

/** Neither the keeper nor what it waits for keeps this process from ending. */
function letGo(child: ChildProcessWithoutNullStreams): void {
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
}

/** Null when no keeper has reported here. */
export async function keeperReport(places: Places): Promise<KeeperReport | null> {
  const text = (await textOf(places.keeper)) ?? ''
  const identity = identityIn(text)
  const lines = text.split('\n')
  return (
    identity && { identity, ready: lines.includes('ready'), expired: lines.includes('expired') }
  )
}

/** Whether the environment is open: its keeper is there. */
export async function isOpen(places: Places): Promise<boolean> {
  const report = await keeperReport(places)
  return report?.ready === true && (await isAlive(report.identity))
}

/**
 * Ends every process of the environment. With namespaces the end of the keeper is the end of all, and
 * the kernel lets it go only when the others are gone; without, it leads a group of its own, and a user
 * of its own tells also those that hide.
 */
export async function endProcesses(machine: Machine, places: Places, runners: readonly number[]) {
  const { namespaces, ownUser, user } = machine.isolation
  const report = await keeperReport(places)
  if (report && (await isAlive(report.identity))) {
    const { pid } = report.identity
    signalAll([{ pid, group: namespaces ? 0 : pid }], 'SIGKILL')
    await until(async () => !(await isAlive(report.identity)))
  }
  if (namespaces) return
  // What is just becoming another program shows no mark for that moment: one look is none.
  let emptyLooks = 0
  await until(async () => {
    const marked = await processesOf(`${places.id}/`, runners)
    const begun = report ? await orphansOf(report.identity) : []
    const hidden = ownUser && user ? await processesOfUser(user.uid) : []
    const left = [...marked, ...begun, ...hidden]
    signalAll(left, 'SIGKILL')
    emptyLooks = left.length === 0 ? emptyLooks + 1 : 0
    return emptyLooks === 3
  })
}

/** Asks again at growing intervals, from 1 ms on. Rejects after 10 s. */
export async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  for (let wait = 1; !(await done()); wait = Math.min(wait * 2, 50)) {
    if (Date.now() > deadline) throw new EnvironmentLost('processes of the job could not be ended')
    await sleep(wait)
  }
}

/** What the keeper prints until it is ready or ends. */
function firstWords(child: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const add = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(0, 2000)
      if (said.endsWith('ready\n')) resolve(said)
    }
    child.stdout.on('data', add)
    child.stderr.on('data', add)
    child.once('error', (error) => reject(new EnvironmentLost(error.message, { cause: error })))
    child.once('close', () => resolve(said))
  })
}

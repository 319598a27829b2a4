import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { EnvironmentLost } from '../../ports/executor.ts'
import { keeper } from '../runner.ts'
import type { Machine } from './machine.ts'
import type { Places } from './places.ts'
import {
  hasCode,
  identityIn,
  isAlive,
  type ProcessIdentity,
  processesOf,
  signalAll,
} from './processes.ts'
import { spawnWords } from './words.ts'

/** What an environment's keeper has reported so far. */
export interface KeeperReport {
  readonly identity: ProcessIdentity
  readonly ready: boolean
  /** It ended because the environment's time was over. */
  readonly expired: boolean
}

/** Starts the process that holds an environment. Rejects with `EnvironmentLost` when it cannot. */
export async function startKeeper(
  machine: Machine,
  places: Places,
  lifetimeMs: number,
): Promise<KeeperReport> {
  const mounts = machine.isolation.namespaces ? places.mounts : ''
  const seconds = String(Math.max(1, Math.ceil(lifetimeMs / 1000)))
  const program = ['/bin/sh', '-c', keeper, 'sluice-keeper']
  const child = spawnWords(
    [...machine.isolation.open, ...program, places.keeper, mounts, seconds, places.id],
    { detached: true, env: { PATH: machine.path } },
  )
  const said = await firstWords(child)
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
  child.unref()
  const report = await keeperReport(places)
  if (!report?.ready) {
    throw new EnvironmentLost(
      `the environment could not be opened: ${said.trim() || 'no reason given'}`,
    )
  }
  return report
}

/** Null when no keeper has reported here. */
export async function keeperReport(places: Places): Promise<KeeperReport | null> {
  const text = await readFile(places.keeper, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return ''
    throw error
  })
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
 * the kernel lets it go only when the others are gone.
 */
export async function endProcesses(machine: Machine, places: Places, runners: readonly number[]) {
  const report = await keeperReport(places)
  if (report && (await isAlive(report.identity))) {
    signalAll([{ ...report.identity, group: 0 }], 'SIGKILL')
    await until(async () => !(await isAlive(report.identity)))
  }
  if (machine.isolation.namespaces) return
  await until(async () => {
    const left = await processesOf(`${places.id}/`, runners)
    signalAll(left, 'SIGKILL')
    return left.length === 0
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

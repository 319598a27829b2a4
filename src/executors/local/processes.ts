import { readdir, readFile } from 'node:fs/promises'
import { runnerVariable, stepVariable } from '../runner.ts'

/** One process for sure: a number alone may have been given to another one meanwhile. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks after boot. */
  readonly startTime: string
  readonly bootId: string
}

const bootIdFile = '/proc/sys/kernel/random/boot_id'

/** Reads what the runner wrote: a line of /proc/self/stat, then the boot's id. Null when incomplete. */
export function identityIn(text: string): ProcessIdentity | null {
  const [stat, bootId] = text.split('\n')
  const fields = stat === undefined ? null : statFields(stat)
  return fields && bootId ? { pid: fields.pid, startTime: fields.startTime, bootId } : null
}

/** Whether this very process exists and has not ended. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const [stat, bootId] = await Promise.all([
    textOf(`/proc/${identity.pid}/stat`),
    textOf(bootIdFile),
  ])
  const fields = statFields(stat)
  return (
    fields !== null &&
    fields.startTime === identity.startTime &&
    bootId.trim() === identity.bootId &&
    !'ZX'.includes(fields.state)
  )
}

/**
 * Processes of a step (`<environment>/<step>`) or of all steps of an environment (`<environment>/`):
 * those that carry its mark, and whatever descends from its runners, even with another environment of
 * variables and in another session. The runners themselves are left out.
 */
export async function processesOf(
  name: string,
  runners: readonly number[],
): Promise<readonly Found[]> {
  const all = await processes()
  const below = descendants(all, runners)
  return all.filter(
    (one) => marked(one, name) || (below.has(one.pid) && !variable(one, runnerVariable)),
  )
}

/** All that really are this user's. */
export async function processesOfUser(uid: number): Promise<readonly Found[]> {
  const all = await processes()
  const uids = await Promise.all(all.map(realUid))
  return all.filter((_, index) => uids[index] === uid)
}

/**
 * What is left of the group that a process led which has ended: also what it was just beginning, which
 * carries no mark yet. A number is not given anew while there is a group of that name.
 */
export async function orphansOf({ pid, bootId }: ProcessIdentity): Promise<readonly Found[]> {
  if ((await textOf(bootIdFile)).trim() !== bootId) return []
  const all = await processes()
  return all.some((one) => one.pid === pid) ? [] : all.filter(({ group }) => group === pid)
}

/** Users of all processes of the machine that have not ended. */
export async function uidsOfProcesses(): Promise<ReadonlySet<number>> {
  const uids = await Promise.all((await processes()).map(realUid))
  return new Set(uids.filter((uid) => uid !== null))
}

/** Null when the process is gone. */
async function realUid({ pid }: Found): Promise<number | null> {
  const uid = /^Uid:\s+(\d+)/m.exec(await textOf(`/proc/${pid}/status`))?.[1]
  return uid === undefined ? null : Number(uid)
}

export interface Found {
  readonly pid: number
  readonly group: number
}

/**
 * Sends the signal to those that still exist and are ours to signal (`sudo` makes some that are not). A
 * whole group gets it at once, so that no child slips through that is just being made.
 */
export function signalAll(found: readonly Found[], signal: NodeJS.Signals): void {
  const pids = new Set(found.map((one) => one.pid))
  const led = (one: Found): boolean => pids.has(one.group)
  const groups = new Set(found.filter(led).map((one) => -one.group))
  const singles = found.filter((one) => !led(one)).map((one) => one.pid)
  for (const target of [...groups, ...singles]) {
    try {
      process.kill(target, signal)
    } catch (error) {
      if (!hasCode(error, 'ESRCH') && !hasCode(error, 'EPERM')) throw error
    }
  }
}

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

interface Process extends Found {
  readonly parent: number
  readonly environ: string
}

async function processes(): Promise<readonly Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(processAt))
  return found.filter((one) => one !== null)
}

async function processAt(pid: string): Promise<Process | null> {
  const [stat, environ] = await Promise.all([
    textOf(`/proc/${pid}/stat`),
    textOf(`/proc/${pid}/environ`),
  ])
  const fields = statFields(stat)
  if (!fields || fields.state === 'Z') return null
  return { ...fields, environ: `\0${environ}` }
}

function descendants(all: readonly Process[], roots: readonly number[]): ReadonlySet<number> {
  const children = Map.groupBy(all, (one) => one.parent)
  const found = new Set<number>()
  const open = [...roots]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of children.get(pid) ?? []) {
      found.add(child.pid)
      open.push(child.pid)
    }
  }
  return found
}

function marked(one: Process, name: string): boolean {
  const value = variable(one, stepVariable)
  return value !== null && (name.endsWith('/') ? value.startsWith(name) : value === name)
}

function variable(one: Process, name: string): string | null {
  const start = one.environ.indexOf(`\0${name}=`)
  if (start < 0) return null
  const value = start + name.length + 2
  const end = one.environ.indexOf('\0', value)
  return one.environ.slice(value, end < 0 ? undefined : end)
}

interface Stat extends Found {
  readonly state: string
  readonly parent: number
  readonly startTime: string
}

/** The fields after the command's name, which may hold spaces and parentheses itself. */
function statFields(stat: string): Stat | null {
  const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent, group] = rest
  const startTime = rest[19]
  if (state === undefined || startTime === undefined) return null
  const pid = Number.parseInt(stat, 10)
  return { pid, state, parent: Number(parent), group: Number(group), startTime }
}

/** Empty when the process is gone or not ours to look at. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return ''
  }
}

import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, mkdir, open, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EnvironmentLost, type StepOutcome, type StepSpec } from '../../ports/executor.ts'
import { entryScript, runnerVariable, stepRunner } from '../runner.ts'
import { defaultShell, scriptFor } from '../shell.ts'
import { isOpen, keeperReport, until } from './keeper.ts'
import type { Machine } from './machine.ts'
import { type Places, stepPlaces } from './places.ts'
import { hasCode, identityIn, isAlive, processesOf, signalAll } from './processes.ts'
import { textOf } from './text-of.ts'

/** Where a step starts, and with which variables below its own. */
export interface StepContext {
  readonly workingDirectory: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Starts the step's runner unless it was started before. Files are written first and replaced as a
 * whole, so that it makes no difference where an earlier process was killed.
 */
export async function beginStep(
  machine: Machine,
  places: Places,
  step: StepSpec,
  context: StepContext,
): Promise<void> {
  const own = stepPlaces(places, step.id)
  const isNew = await makeDirectory(own.directory)
  if (!isNew && (await textOf(own.pid)) !== null) return
  const shell = step.shell ?? defaultShell(machine.shells)
  const script = join(places.scripts, step.id)
  const entry = entryScript({
    name: stepName(places, step.id),
    env: { ...context.env, ...step.env },
    workingDirectory: context.workingDirectory,
    directory: context.directory,
    command: [...shell, script],
  })
  const draft = join(own.directory, `entry.${randomUUID()}`)
  const [words] = await Promise.all([
    wordsOf(machine, places),
    writeScript(machine, script, scriptFor(shell, step.script)),
    writeFile(draft, entry, { mode: 0o600 }),
  ])
  await startRunner(machine, places, step.id, { draft, words })
}

/** How the step ended, once `exit` is written; null before. */
export async function outcomeOf(places: Places, stepId: string): Promise<StepOutcome | null> {
  const text = await textOf(stepPlaces(places, stepId).exit)
  if (!text?.endsWith('\n')) return null
  const code = Number(text)
  if (code === 0) return { kind: 'exited', code }
  const lost = await lossOf(places, code)
  return lost === null ? { kind: 'exited', code } : { kind: 'lost', because: lost }
}

/** Why the step has no exit code and never will; null while its runner is there. */
export async function vanished(places: Places, stepId: string): Promise<string | null> {
  const runner = await runnerOf(places, stepId)
  if (runner && (await isAlive(runner))) return null
  if (!runner && (await isOpen(places))) return null
  return (await whyClosed(places)) ?? 'the process that ran the step is gone, without an exit code'
}

/** To the step's processes, not its runner. KILL comes back until none is left. */
export async function signalStep(
  places: Places,
  stepId: string,
  signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  const own = stepPlaces(places, stepId)
  if ((await textOf(own.pid)) === null) return
  await until(async () => {
    if ((await textOf(own.exit)) !== null) return true
    const runner = await runnerOf(places, stepId)
    const found = await processesOf(stepName(places, stepId), runner ? [runner.pid] : [])
    signalAll(found, signal)
    if (signal !== 'SIGKILL' && found.length > 0) return true
    return (await vanished(places, stepId)) !== null
  })
}

/** Process ids of the runners of all steps begun so far. */
export async function runnersOf(
  places: Places,
  stepIds: readonly string[],
): Promise<readonly number[]> {
  const runners = await Promise.all(stepIds.map((id) => runnerOf(places, id)))
  return runners.filter((runner) => runner !== null).map((runner) => runner.pid)
}

export const stepName = (places: Places, stepId: string): string => `${places.id}/${stepId}`

/** Below a directory that goes with the environment. False: it was there. */
async function makeDirectory(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 })
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new EnvironmentLost('the environment of the job is gone')
    if (!hasCode(error, 'EEXIST')) throw error
    return false
  }
}

async function writeScript({ isolation }: Machine, path: string, text: string): Promise<void> {
  const { user } = isolation
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, text, { mode: 0o600 })
  if (user) await chown(draft, user.uid, user.gid)
  await rename(draft, path)
}

interface Runner {
  /** Of the entry: open for the runner, it has no name any more before anything runs. */
  readonly draft: string
  readonly words: readonly string[]
}

async function startRunner(
  machine: Machine,
  places: Places,
  stepId: string,
  { draft, words }: Runner,
): Promise<void> {
  const own = stepPlaces(places, stepId)
  const [entry, log] = await Promise.all([open(draft, 'r'), open(own.log, 'a', 0o600)])
  try {
    await unlink(draft)
    await spawnRunner(own.directory, stepName(places, stepId), words, {
      path: machine.path,
      stdio: [entry.fd, log.fd, log.fd],
    })
  } finally {
    await Promise.all([entry.close(), log.close()])
  }
}

/** What leads into the environment: other user, other namespaces, a session of its own. */
async function wordsOf(machine: Machine, places: Places): Promise<readonly string[]> {
  const report = await keeperReport(places)
  const as = machine.isolation.user ? 'other-user' : 'same-user'
  return [as, ...machine.isolation.enter(report?.identity.pid ?? 0), 'setsid', '/bin/sh']
}

function spawnRunner(
  directory: string,
  name: string,
  words: readonly string[],
  options: { readonly path: string; readonly stdio: readonly number[] },
): Promise<void> {
  const child = spawn('/bin/sh', ['-c', stepRunner, 'sluice-step', directory, name, ...words], {
    detached: true,
    cwd: '/',
    env: { PATH: options.path, [runnerVariable]: name },
    stdio: [...options.stdio],
  })
  child.unref()
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(new EnvironmentLost(error.message, { cause: error })))
  })
}

async function runnerOf(places: Places, stepId: string) {
  return identityIn((await textOf(stepPlaces(places, stepId).pid)) ?? '')
}

/**
 * A failing exit code counts only while the environment is there: its end takes the step with it, and
 * entering one that is gone fails like a command. The keeper may end a moment after what it held.
 */
async function lossOf(places: Places, code: number): Promise<string | null> {
  const deadline = Date.now() + (code === 137 ? 200 : 0)
  for (;;) {
    const closed = await whyClosed(places)
    if (closed !== null || Date.now() >= deadline) return closed
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Null while the environment is open. */
async function whyClosed(places: Places): Promise<string | null> {
  // Said before anything is ended, and that can take a moment.
  if ((await keeperReport(places))?.expired) return 'the time of the environment was over'
  if (await isOpen(places)) return null
  return 'the environment of the job ended while the step ran (machine restarted, or out of memory)'
}

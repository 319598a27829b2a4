import { lstat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { posix } from 'node:path'
import type { EnvironmentHandle, StepSpec } from '../../ports/executor.ts'
import { follow } from '../follow.ts'
import { endMark } from '../runner.ts'
import { removeEnvironment } from './environment.ts'
import { filesOf } from './files.ts'
import type { Machine } from './machine.ts'
import { type Places, stepPlaces } from './places.ts'
import { hasCode } from './processes.ts'
import { beginStep, outcomeOf, signalStep, stepName, vanished } from './steps.ts'

/** What the worker holds of an open environment. Knows nothing that is not on disk. */
export function handleOf(
  machine: Machine,
  places: Places,
  workingDirectory: string,
): EnvironmentHandle {
  const start = resolveIn(places.home, places.home, workingDirectory)
  const env = environmentOf(machine, places)
  const resolve = (path: string): string => resolveIn(places.home, start, path)
  const begin = (step: StepSpec): Promise<void> =>
    beginStep(machine, places, step, {
      workingDirectory: start,
      directory: resolve(step.cwd ?? '.'),
      env,
    })
  const files = filesOf(machine, places, start)
  return {
    id: places.id,
    env,
    resolve,
    furnished: machine.furnishing.length > 0,
    begin,
    run: async function* (step, options) {
      await begin(step)
      return yield* follow(followed(places, step.id), options)
    },
    signal: (stepId, signal) => signalStep(places, stepId, signal),
    putTar: (directory, tar) => files.putTar(resolve(directory), tar),
    getTar: (base, paths) => files.getTar(resolve(base), paths),
    listFiles: (directory) => files.listFiles(resolve(directory)),
    exists: (path) => exists(machine, places, resolve(path)),
    dispose: () => removeEnvironment(machine, places),
  }
}

/** Looked at from outside, since nothing more than a name is told: links of the job lead nowhere. */
async function exists(machine: Machine, places: Places, path: string): Promise<boolean> {
  const { namespaces } = machine.isolation
  const ownTmp = namespaces && path.startsWith('/tmp/') && !path.startsWith(`${places.seen}/`)
  try {
    await lstat(ownTmp ? posix.join(places.tmp, path.slice('/tmp'.length)) : path)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return false
    throw error
  }
}

function followed(places: Places, stepId: string) {
  return {
    log: stepPlaces(places, stepId).log,
    endMark: endMark(stepName(places, stepId)),
    outcome: () => outcomeOf(places, stepId),
    vanished: () => vanished(places, stepId),
  }
}

function environmentOf(machine: Machine, places: Places): Readonly<Record<string, string>> {
  return {
    HOME: places.home,
    USER: machine.isolation.user?.name ?? ownName(),
    PATH: machine.path,
    TMPDIR: machine.isolation.namespaces ? '/tmp' : places.tmp,
    LANG: 'C.UTF-8',
    BASH_ENV: places.bashEnv,
  }
}

function resolveIn(home: string, start: string, path: string): string {
  if (path === '~' || path.startsWith('~/')) return posix.join(home, path.slice(1))
  return posix.resolve(start, path)
}

/** A user without an entry in the passwd file is known by its number. */
function ownName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'nobody')
  }
}

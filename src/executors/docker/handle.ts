import { posix } from 'node:path'
import type { EngineAside, EnvironmentHandle, Service, StepSpec } from '../../ports/executor.ts'
import { asideVariables } from './engine-aside.ts'
import { exists, getTar, listFiles, putTar } from './files.ts'
import type { Open } from './open.ts'
import { jobDirectory } from './programs.ts'
import { stepText } from './step-text.ts'
import { beginStep, runStep, signalStep } from './steps.ts'

interface Parts {
  /** As the config has it. */
  readonly workingDirectory: string
  readonly services: readonly Service[]
  readonly startEngine: EngineAside['start']
  readonly dispose: () => Promise<void>
}

/** What the worker holds of an open environment. Knows nothing that the engine does not know. */
export function handleOf(open: Open, parts: Parts): EnvironmentHandle {
  const { facts } = open
  const workingDirectory = resolveIn(facts.home, facts.home, parts.workingDirectory)
  const env = {
    HOME: facts.home,
    USER: facts.user,
    PATH: facts.path,
    BASH_ENV: posix.join(jobDirectory, 'bash_env'),
  }
  const resolve = (path: string): string => resolveIn(facts.home, workingDirectory, path)
  const text = (step: StepSpec): string =>
    stepText(step, {
      environmentId: open.id,
      workingDirectory,
      directory: resolve(step.cwd ?? '.'),
      env,
      shells: facts.shells,
    })
  const places = (directory: string) => ({ workingDirectory, directory: resolve(directory) })
  return {
    id: open.id,
    env,
    resolve,
    services: parts.services,
    engine: { variables: asideVariables, start: parts.startEngine },
    begin: async (step) => beginStep(open, step, text(step)),
    run: async function* (step, options) {
      return yield* runStep(open, step, { ...options, text: text(step) })
    },
    signal: (stepId, signal) => signalStep(open, stepId, signal),
    putTar: (directory, tar) => putTar(open, places(directory), tar),
    getTar: (base, paths) => getTar(open, places(base), paths),
    listFiles: (directory) => listFiles(open, places(directory)),
    exists: (path) => exists(open, resolve(path)),
    dispose: parts.dispose,
  }
}

function resolveIn(home: string, start: string, path: string): string {
  if (path === '~' || path.startsWith('~/')) return posix.join(home, path.slice(1))
  return posix.resolve(start, path)
}

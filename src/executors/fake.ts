import { posix } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type EnvironmentHandle,
  type EnvironmentSpec,
  type Executor,
  type StepSpec,
} from '../ports/executor.ts'
import { type FakeFiles, fakeFiles } from './fake-files.ts'
import { type FakeStep, playStep } from './fake-step.ts'
import { tarGuard } from './tar-guard.ts'

const home = '/home/fake'

/**
 * Runs nothing and says so. A step does what its lines say (or those of its variable `SLUICE_FAKE`):
 * `print TEXT`, `sleep MS`, `exit N`, `write PATH TEXT`, `read PATH`, `lost WHY`, `fail-to-start`; any
 * other line is printed with the remark that it was not run. Files exist in memory only, and a file
 * that is asked for by name is made up. Lives and ends with this process.
 */
export function fakeExecutor(): Executor {
  const open = new Map<string, EnvironmentHandle>()
  return {
    kind: 'fake',
    health: async () => ({
      isolation: 'none',
      summary: 'Fake executor: nothing is run, every command succeeds',
      warnings: [],
    }),
    prepare: async (spec, signal) => {
      signal.throwIfAborted()
      const handle = open.get(spec.id) ?? environment(spec, () => open.delete(spec.id))
      open.set(spec.id, handle)
      return handle
    },
    attach: async (id) => open.get(id) ?? null,
    list: async () => [...open.keys()],
    close: async () => {},
  }
}

function environment(spec: EnvironmentSpec, forget: () => void): EnvironmentHandle {
  const steps = new Map<string, FakeStep>()
  const start = resolveIn(home, spec.workingDirectory)
  const files = fakeFiles([home, start])
  const resolve = (path: string): string => resolveIn(start, path)
  let disposed = false
  const check = (what: string): void => {
    if (disposed) throw new Error(`${what} after dispose of environment ${spec.id}`)
  }
  const started = (step: StepSpec): FakeStep => {
    check(`step ${step.id}`)
    const known = steps.get(step.id)
    if (known) return known
    const fresh = playStep(step, { files, resolve })
    steps.set(step.id, fresh)
    return fresh
  }
  const expiry = setTimeout(() => lose('the time of the environment was over'), spec.lifetimeMs)
  expiry.unref()
  const lose = (because: string): void => {
    for (const step of steps.values()) step.end({ kind: 'lost', because })
  }
  return {
    id: spec.id,
    env: { HOME: home, USER: 'fake', PATH: '/bin', TMPDIR: '/tmp', BASH_ENV: `${home}/.bash_env` },
    resolve,
    begin: async (step) => void started(step),
    run: (step, options) => follow(() => started(step), options),
    signal: async (stepId, signal) => {
      check('signal')
      steps.get(stepId)?.end({ kind: 'exited', code: 128 + signalNumbers[signal] })
    },
    ...fileCalls(files, resolve, check),
    dispose: async () => {
      disposed = true
      clearTimeout(expiry)
      lose('the environment was disposed of')
      forget()
    },
  }
}

const signalNumbers = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 } as const

function fileCalls(
  files: FakeFiles,
  resolve: (path: string) => string,
  check: (what: string) => void,
): Pick<EnvironmentHandle, 'putTar' | 'getTar' | 'listFiles' | 'exists'> {
  return {
    putTar: async (directory, tar) => {
      check('putTar')
      const checked = new PassThrough()
      await Promise.all([
        pipeline(tar, tarGuard(), checked),
        files.unpack(resolve(directory), checked),
      ])
    },
    getTar: async (base, paths) => {
      check('getTar')
      return Readable.from(files.pack(resolve(base), paths))
    },
    exists: async (path) => {
      check('exists')
      return files.read(resolve(path)) !== null
    },
    listFiles: async (directory) => {
      check('listFiles')
      return files.list(resolve(directory))
    },
  }
}

async function* follow(
  started: () => FakeStep,
  options: { readonly from: number; readonly signal: AbortSignal },
) {
  options.signal.throwIfAborted()
  const step = started()
  let position = options.from
  for (;;) {
    const bytes = step.output().subarray(position)
    position += bytes.length
    if (bytes.length > 0) yield bytes
    options.signal.throwIfAborted()
    const outcome = step.outcome()
    if (outcome && position >= step.output().length) return outcome
    if (bytes.length === 0) await step.changed(options.signal)
  }
}

function resolveIn(start: string, path: string): string {
  if (path === '~' || path.startsWith('~/')) return posix.join(home, path.slice(1))
  return posix.resolve(start, path)
}

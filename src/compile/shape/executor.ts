import type { RunsIn } from '../../model/plan.ts'
import type { Located } from '../read/located.ts'
import { type Fields, holdsUnknown, optionalText, type Reading } from '../read/reader.ts'
import { dockerOf } from './docker.ts'
import { type Environment, environment } from './environment.ts'
import { checkKeys, type Keys } from './keys.ts'
import { machineOf } from './machine.ts'
import { macosOf } from './macos.ts'
import { resourceClassOf } from './resource-class.ts'
import { windowsOf } from './windows.ts'

/** Where something runs, as an executor or a job says it. */
export interface ExecutorConfig {
  /** Every way to run that one map names, in any number: how many there should be is a rule of `check`. */
  readonly executors: readonly Located<RunsIn>[]
  readonly workingDirectory: string | null
  readonly environment: Environment
  readonly shell: string | null
  readonly resourceClass: string | null
  /** Some of it cannot be told, so that nothing can be called missing. */
  readonly incomplete: boolean
}

const kinds = ['docker', 'machine', 'macos', 'windows'] as const

/** What executors and jobs have in common. */
export const executorKeys: readonly string[] = [
  ...kinds,
  'environment',
  'working_directory',
  'shell',
  'resource_class',
]

const keys: Keys = {
  of: 'an executor',
  accepted: [...executorKeys, 'parameters', 'description'],
  elsewhere: {
    image: 'It belongs one level deeper, below `docker` or `machine`.',
    xcode: 'It belongs one level deeper, below `macos`.',
    parallelism: 'It belongs to a job.',
    steps: 'Steps belong to a job or a command.',
  },
}

/** An entry of `executors`, its parameters filled in. */
export function shapeExecutor(fields: Fields, reading: Reading): ExecutorConfig {
  checkKeys(fields, keys, reading)
  return executorOf(fields, reading)
}

/** The keys that executors and jobs have in common; the others are left to the caller. */
export function executorOf(fields: Fields, reading: Reading): ExecutorConfig {
  const { all } = fields
  const found = [
    dockerOf(all.get('docker'), reading),
    machineOf(all.get('machine'), fields, reading),
    macosOf(all.get('macos'), reading),
    windowsOf(all.get('windows'), reading),
  ].filter((one) => one !== null)
  const [first] = found
  return {
    executors: found.map(({ runsIn, at }) => ({ value: runsIn, at })),
    workingDirectory: optionalText(fields, 'working_directory', reading),
    environment: environment(all.get('environment'), reading),
    shell: optionalText(fields, 'shell', reading) ?? first?.shell ?? null,
    resourceClass: resourceClassOf(fields, reading) ?? first?.resourceClass ?? null,
    incomplete: kinds.some((kind) => holdsUnknown(all.get(kind)?.value)),
  }
}

import type { JobType, RunsIn } from '../../model/plan.ts'
import type { Located } from '../read/located.ts'
import {
  type Field,
  type Fields,
  integer,
  isNothing,
  oneOf,
  type Reading,
  record,
  string,
} from '../read/reader.ts'
import { type Environment, environment } from './environment.ts'
import { runsIn } from './executor.ts'
import { checkKeys, comesLater, type Keys, notYet } from './keys.ts'
import { checkName } from './name.ts'
import { shapeSteps } from './step.ts'
import type { StepConfig, StepReading } from './step-frame.ts'

/** One entry of `jobs`, as written. */
export interface JobConfig {
  readonly name: Located<string>
  readonly type: JobType
  /** Every way to run that the job names; a sound job that runs something names exactly one. */
  readonly executors: readonly Located<RunsIn>[]
  /** Null: no `steps` at all. */
  readonly steps: Located<readonly StepConfig[]> | null
  readonly workingDirectory: string | null
  readonly environment: Environment
  readonly shell: string | null
  readonly resourceClass: string | null
  readonly parallelism: Located<number> | null
  /** Takes arguments, or is defined by something, that this version does not know. */
  readonly incomplete: boolean
}

const keys: Keys = {
  of: 'a job',
  accepted: [
    'docker',
    'machine',
    'steps',
    'working_directory',
    'environment',
    'shell',
    'resource_class',
    'parallelism',
    'type',
    'description',
  ],
  later: ['executor', 'macos', 'windows', 'parameters', 'retention', 'plan_name', 'key'],
  modern: ['executor', 'parameters'],
  ignored: {
    branches: 'it is an old form; use `filters` in a workflow',
    circleci_ip_ranges: 'jobs leave by the address of the machine that Sluice runs on',
  },
}

export function shapeJobs(
  field: Field | undefined,
  reading: StepReading,
): ReadonlyMap<string, JobConfig> {
  if (field === undefined || isNothing(field)) return new Map()
  const jobs = [...(record(field, reading)?.all ?? [])].map(([name, job]) => {
    return [name, shapeJob({ value: name, at: job.key }, job, reading)] as const
  })
  return new Map(jobs)
}

function shapeJob(name: Located<string>, field: Field, reading: StepReading): JobConfig {
  checkName(name, reading)
  const fields = record(field, reading)
  if (fields === null) return unreadable(name)
  checkKeys(fields, keys, reading)
  const text = (key: string) => textOf(fields, key, reading)
  const notKnown = ['executor', 'macos', 'windows'].some((key) => fields.all.has(key))
  return {
    name,
    type: typeOf(fields, reading),
    executors: runsIn(fields, reading),
    steps: stepsOf(fields, reading),
    workingDirectory: text('working_directory'),
    environment: environment(fields.all.get('environment'), reading),
    shell: text('shell'),
    resourceClass: text('resource_class'),
    parallelism: parallelismOf(fields, reading),
    incomplete: notKnown || fields.all.has('parameters'),
  }
}

/** What is left of a job that is not even a map: that was reported, nothing more is asked of it. */
const unreadable = (name: Located<string>): JobConfig => ({
  name,
  type: 'build',
  executors: [],
  steps: null,
  workingDirectory: null,
  environment: {},
  shell: null,
  resourceClass: null,
  parallelism: null,
  incomplete: true,
})

function textOf(fields: Fields, key: string, reading: Reading): string | null {
  const field = fields.all.get(key)
  if (field === undefined || isNothing(field)) return null
  return string(field, reading)?.value ?? null
}

const laterTypes = ['release', 'lock', 'unlock'] as const
const types: readonly JobType[] = ['build', 'approval', 'no-op', ...laterTypes]

function typeOf(fields: Fields, reading: Reading): JobType {
  const field = fields.all.get('type')
  const type = field && oneOf(field, types, reading)
  if (!type) return 'build'
  if (laterTypes.some((later) => later === type.value))
    reading.report('unsupported', type.at, `the job type ${type.value} ${notYet}`, comesLater)
  return type.value
}

function stepsOf(fields: Fields, reading: StepReading): JobConfig['steps'] {
  const field = fields.all.get('steps')
  if (field === undefined || isNothing(field)) return null
  return { value: shapeSteps(field, reading), at: field.key }
}

const mostTasks = 1000

function parallelismOf(fields: Fields, reading: Reading): Located<number> | null {
  const field = fields.all.get('parallelism')
  const number = field && !isNothing(field) ? integer(field, reading) : null
  if (number === null) return null
  if (number.value >= 1 && number.value <= mostTasks) return number
  const message = `parallelism must be between 1 and ${mostTasks}, this is ${number.value}`
  reading.report('bad-value', number.at, message)
  return null
}

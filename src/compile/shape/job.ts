import type { JobType } from '../../model/plan.ts'
import type { Located, Place } from '../read/located.ts'
import {
  type Field,
  type Fields,
  given,
  holdsUnknown,
  integer,
  oneOf,
  optionalText,
  type Reading,
  required,
} from '../read/reader.ts'
import { type ExecutorConfig, executorKeys, executorOf } from './executor.ts'
import { checkKeys, type Keys } from './keys.ts'
import { checkName } from './name.ts'
import { retentionDays } from './retention.ts'
import { shapeSteps } from './step.ts'
import type { StepConfig } from './step-frame.ts'

/** A job, its parameters filled in and its commands expanded. */
export interface JobConfig extends ExecutorConfig {
  readonly name: Located<string>
  readonly type: JobType
  /** Null: no `steps` at all. */
  readonly steps: Located<readonly StepConfig[]> | null
  readonly parallelism: Located<number> | null
  readonly cacheRetentionDays: number | null
  /** What a lock or unlock is about. */
  readonly key: string | null
  /** What a release is about. */
  readonly planName: string | null
}

/** The steps of a job: commands expanded, conditions decided, each a word or a map of one key. */
export interface StepFields {
  readonly at: Place
  readonly items: readonly Field[]
}

const inWorkflow = 'It belongs to the job in a workflow: below `- JOB:` under `workflows`.'

const keys: Keys = {
  of: 'a job',
  accepted: [
    ...executorKeys,
    'executor',
    'steps',
    'parallelism',
    'type',
    'parameters',
    'description',
    'retention',
    'plan_name',
    'validation',
    'key',
  ],
  modern: ['executor', 'parameters'],
  ignored: {
    branches: 'it is an old form; use `filters` in a workflow',
    circleci_ip_ranges: 'jobs leave by the address of the machine that Sluice runs on',
  },
  elsewhere: {
    filters: inWorkflow,
    requires: inWorkflow,
    context: inWorkflow,
    matrix: inWorkflow,
    name: inWorkflow,
    'pre-steps': inWorkflow,
    'post-steps': inWorkflow,
    'serial-group': inWorkflow,
    'override-with': inWorkflow,
    max_auto_reruns: 'It belongs to a `run` step or to a workflow.',
    when: 'It belongs to a step or to a workflow.',
    unless: 'It belongs to a step or to a workflow.',
    triggers: 'It belongs to a workflow.',
    image: 'It belongs one level deeper, below `docker` or `machine`.',
    auth: 'It belongs one level deeper, to an image below `docker`.',
    xcode: 'It belongs one level deeper, below `macos`.',
    run: 'It is a step: write `- run:` below `steps`.',
    checkout: 'It is a step: write `- checkout` below `steps`.',
  },
}

/** `fields` are those of the job without any template; `steps` are given apart because they are expanded. */
export function shapeJob(
  name: Located<string>,
  fields: Fields,
  steps: StepFields | null,
  reading: Reading,
): JobConfig {
  checkName(name, reading)
  const type = typeOf(fields, reading)
  checkKeys(fields, { ...keys, lenient: type !== 'build' }, reading)
  const where = executorOf(fields, reading)
  return {
    ...where,
    name,
    type,
    steps: steps && { value: shapeSteps(steps.items, reading), at: steps.at },
    parallelism: parallelismOf(fields, reading),
    cacheRetentionDays: retentionDays(given(fields, 'retention'), reading),
    key: keyOf(type, fields, reading),
    planName: planNameOf(type, fields, reading),
    incomplete: where.incomplete || holdsUnknownPart(fields, steps),
  }
}

const holdsUnknownPart = ({ all }: Fields, steps: StepFields | null): boolean =>
  [all.get('type'), all.get('executor'), ...(steps?.items ?? [all.get('steps')])].some((field) =>
    holdsUnknown(field?.value),
  )

/**
 * The job with what its executor adds: a key of the job replaces the executor's whole, and only
 * variables are put together. A job that says itself where it runs keeps nothing but that.
 */
export function withExecutor(job: JobConfig, executor: ExecutorConfig): JobConfig {
  return {
    ...job,
    executors: job.executors.length > 0 ? job.executors : executor.executors,
    workingDirectory: job.workingDirectory ?? executor.workingDirectory,
    environment: { ...executor.environment, ...job.environment },
    shell: job.shell ?? executor.shell,
    resourceClass: job.resourceClass ?? executor.resourceClass,
    incomplete: job.incomplete || (job.executors.length === 0 && executor.incomplete),
  }
}

const types: readonly JobType[] = ['build', 'approval', 'no-op', 'release', 'lock', 'unlock']

function typeOf(fields: Fields, reading: Reading): JobType {
  const field = given(fields, 'type')
  const type = field && oneOf(field, types, reading)
  if (type === null) return 'build'
  if (type.value === 'release') reportRelease(type, reading)
  return type.value
}

const reportRelease = ({ at }: Located<JobType>, { report }: Reading): void =>
  report('unsupported', at, 'jobs of type release succeed at once here, and do nothing else')

const mostTasks = 1000

function parallelismOf(fields: Fields, reading: Reading): Located<number> | null {
  const field = given(fields, 'parallelism')
  const number = field && integer(field, reading)
  if (number === null) return null
  if (number.value >= 1 && number.value <= mostTasks) return number
  const message = `parallelism must be between 1 and ${mostTasks}, this is ${number.value}`
  reading.report('bad-value', number.at, message)
  return null
}

function keyOf(type: JobType, fields: Fields, reading: Reading): string | null {
  if (type === 'lock' || type === 'unlock') required(fields, 'key', reading)
  return optionalText(fields, 'key', reading)
}

function planNameOf(type: JobType, fields: Fields, reading: Reading): string | null {
  if (type === 'release') required(fields, 'plan_name', reading)
  return optionalText(fields, 'plan_name', reading)
}

import type { Node } from '../../read/located.ts'
import { type Field, isNothing } from '../../read/reader.ts'
import type { Definition } from '../../shape/elements.ts'
import type { ExecutorConfig } from '../../shape/executor.ts'
import { type JobConfig, type StepFields, shapeJob, withExecutor } from '../../shape/job.ts'
import type { Scope } from '../../values/scope.ts'
import type { Context } from '../context.ts'
import type { Arguments } from './arguments.ts'
import { bodyScope, fillFields } from './body.ts'
import { resolveExecutor } from './executor.ts'
import { expandSteps } from './steps.ts'

/** Steps that a workflow puts before or behind those of a job, with the names that hold there. */
export interface ExtraSteps {
  readonly before: Field | null
  readonly after: Field | null
  readonly scope: Scope
}

/** A job with these values of its parameters: templates filled, executor merged, commands expanded. */
export function expandJob(
  definition: Definition,
  values: Arguments,
  extra: ExtraSteps | null,
  context: Context,
): JobConfig | null {
  const { memory } = context.world
  memory.visited.add(definition)
  const alike = values.size === 0 && extra === null
  const remembered = alike ? memory.jobs.get(definition) : undefined
  if (remembered !== undefined) return remembered
  const job = expanded(definition, values, extra, context)
  if (alike && context.known && job !== null) memory.jobs.set(definition, job)
  return job
}

function expanded(
  definition: Definition,
  values: Arguments,
  extra: ExtraSteps | null,
  context: Context,
): JobConfig | null {
  const fields = fillFields(definition, values, ['steps'], context)
  if (fields === null) return null
  const steps = stepsOf(definition, values, extra, context)
  const shaped = shapeJob(definition.name, fields, steps, context)
  const job = executed(shaped, fields.all.get('executor'), context)
  context.world.memory.bodies.push({ job, report: context.report })
  return job
}

function executed(job: JobConfig, field: Field | undefined, context: Context): JobConfig {
  if (field === undefined || isNothing(field) || context.version === '2') return job
  const executor = resolveExecutor(field, context)
  return withExecutor(job, executor === null || executor === 'unknown' ? unknownExecutor : executor)
}

/** An executor that is not at hand, or does not exist, which was reported. */
const unknownExecutor: ExecutorConfig = {
  executors: [],
  workingDirectory: null,
  environment: {},
  shell: null,
  resourceClass: null,
  incomplete: true,
}

function stepsOf(
  definition: Definition,
  values: ReadonlyMap<string, Node>,
  extra: ExtraSteps | null,
  context: Context,
): StepFields | null {
  const field = definition.fields?.all.get('steps')
  const own = field === undefined || isNothing(field) ? null : field
  if (own === null && extra === null) return null
  const scope = bodyScope(definition, values, context)
  const part = (some: Field | null, names: Scope): readonly Field[] =>
    some === null ? [] : expandSteps(some, names, context)
  const items = [
    ...(extra === null ? [] : part(extra.before, extra.scope)),
    ...part(own, scope),
    ...(extra === null ? [] : part(extra.after, extra.scope)),
  ]
  return { at: own?.key ?? definition.name.at, items }
}

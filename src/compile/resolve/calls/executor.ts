import type { Located, Node, Span } from '../../read/located.ts'
import { type Field, isNothing, record } from '../../read/reader.ts'
import type { Definition } from '../../shape/elements.ts'
import { type ExecutorConfig, shapeExecutor } from '../../shape/executor.ts'
import { type Context, inside } from '../context.ts'
import { lookUp, reportMissing } from '../orbs/namespace.ts'
import { bindArguments } from './arguments.ts'
import { fillFields } from './body.ts'

/** An executor by name, with what is given to it. */
interface Reference {
  readonly name: Located<string>
  readonly given: ReadonlyMap<string, Field>
}

/**
 * What `executor:` stands for: a name, `{ name: n, argument: v }`, or `{ n: { argument: v } }`. The name
 * means what it means where it was written, also when it came as an argument. `unknown`: not at hand;
 * null: there is none, which was reported.
 */
export function resolveExecutor(field: Field, context: Context): ExecutorConfig | 'unknown' | null {
  if (field.value.kind === 'unknown') return 'unknown'
  const reference = referenceOf(field, context)
  if (reference === 'unknown' || reference === null) return reference
  const from = context.world.namespaceOf(spanOfName(reference.name))
  const lookup = lookUp('executor', reference.name.value, from)
  if (lookup.kind === 'opaque') return 'unknown'
  if (lookup.kind === 'found') return executorOf(lookup.definition, reference, context)
  reportMissing('executor', reference.name, from, context.report)
  return null
}

const spanOfName = ({ at }: Located<string>): Span => at.span

function referenceOf(field: Field, context: Context): Reference | 'unknown' | null {
  const { value, at, key } = field
  if (value.kind === 'scalar') return named(value, field)
  const fields = value.kind === 'map' ? record(field, context) : null
  if (fields === null) return notAnExecutor(field, context)
  const name = fields.all.get('name')
  if (name !== undefined) {
    if (name.value.kind === 'unknown') return 'unknown'
    if (name.value.kind !== 'scalar') return notAnExecutor(name, context)
    const given = new Map([...fields.all].filter(([argument]) => argument !== 'name'))
    return { name: { value: name.value.text, at: name.at }, given }
  }
  const [only, ...others] = [...fields.all]
  if (only === undefined || others.length > 0) return notAnExecutor({ value, at, key }, context)
  const [word, inner] = only
  const given = isNothing(inner) ? new Map() : (record(inner, context)?.all ?? new Map())
  return { name: { value: word, at: inner.key }, given }
}

function named(value: Extract<Node, { kind: 'scalar' }>, field: Field): Reference {
  return { name: { value: value.text, at: field.at }, given: new Map() }
}

function notAnExecutor(field: Field, { report }: Context): null {
  const message = 'an executor is a name, or a map with its name and arguments'
  report('wrong-type', field.key, message, 'Write `executor: { name: …, argument: … }`.')
  return null
}

function executorOf(
  definition: Definition,
  reference: Reference,
  context: Context,
): ExecutorConfig | 'unknown' {
  const { memory } = context.world
  memory.visited.add(definition)
  const remembered = memory.executors.get(definition)
  if (remembered !== undefined && reference.given.size === 0) return remembered
  const { name, given } = reference
  const call = { what: 'executor', name: name.value, at: name.at, definition } as const
  const within = inside(context, call)
  const values = bindArguments({ definition, given, at: name.at }, within)
  const executor = expandExecutor(definition, values, within)
  if (given.size === 0 && context.known) memory.executors.set(definition, executor)
  return executor
}

/** The body of an executor with these values of its parameters. */
export function expandExecutor(
  definition: Definition,
  values: ReadonlyMap<string, Node>,
  context: Context,
): ExecutorConfig | 'unknown' {
  const fields = fillFields(definition, values, [], context)
  return fields === null ? 'unknown' : shapeExecutor(fields, context)
}

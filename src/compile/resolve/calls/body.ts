import type { Node, Span } from '../../read/located.ts'
import type { Field, Fields } from '../../read/reader.ts'
import type { Definition } from '../../shape/elements.ts'
import { fill } from '../../values/fill.ts'
import { type Scope, withNames } from '../../values/scope.ts'
import { type Context, pipelineOf } from '../context.ts'

/** The names that can be used in the body of a definition. */
export function bodyScope(
  definition: Definition,
  values: ReadonlyMap<string, Node>,
  context: Context,
): Scope {
  const pipeline = pipelineOf(context, definition.name.at.span)
  const { kind, name } = definition
  return withNames(pipeline, 'parameters', values, `the ${kind} ${name.value}`)
}

/** The keys of a definition's body with templates filled, without those that are left to the caller. */
export function fillFields(
  definition: Definition,
  values: ReadonlyMap<string, Node>,
  except: readonly string[],
  context: Context,
): Fields | null {
  if (definition.fields === null) return null
  const scope = bodyScope(definition, values, context)
  const left = [...except, 'parameters', 'description']
  const all = new Map<string, Field>()
  for (const [key, field] of definition.fields.all)
    all.set(key, left.includes(key) ? field : filled(field, scope, context))
  return { at: definition.fields.at, all }
}

/** A field with its templates filled in. */
export function filled(field: Field, scope: Scope, { report, version }: Context): Field {
  // In version 2 there are no templates: `<<` is text like any other.
  if (!field.value.templated || version === '2') return field
  const value = fill(field.value, field.at, scope, report)
  // What came as an argument stands where it was written; an empty place is shown at the key.
  return { ...field, value, at: { span: spanOr(value.span, field.at.span), path: field.at.path } }
}

const spanOr = (span: Span, other: Span): Span => (span.start === span.end ? other : span)

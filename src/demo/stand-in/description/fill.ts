import { isObject, type Schema, typesOf } from './schema.ts'

/** Finds what a `$ref` names. */
export type Resolve = (reference: string) => Schema

/**
 * Completes `partial` with a valid placeholder for every required property that is missing, so that an
 * answer states only what matters and is still whole. Properties that the schema does not know stay.
 */
export const fill = (schema: Schema, partial: unknown, resolve: Resolve): unknown => {
  if (partial === null) return null
  if (partial === undefined) return placeholder(schema, resolve)
  if (schema.$ref !== undefined) return fill(resolve(schema.$ref), partial, resolve)
  const composed = fillComposed(schema, partial, resolve)
  if (Array.isArray(composed)) {
    const { items } = schema
    return items ? composed.map((item) => fill(items, item, resolve)) : composed
  }
  return isObject(composed) ? fillObject(schema, composed, resolve) : composed
}

const fillComposed = (schema: Schema, partial: unknown, resolve: Resolve): unknown => {
  const all = (schema.allOf ?? []).reduce<unknown>(
    (value, part) => fill(part, value, resolve),
    partial,
  )
  const choices = schema.oneOf ?? schema.anyOf
  const fitting = choices?.find((choice) => admits(choice, all, resolve))
  return fitting ? fill(fitting, all, resolve) : all
}

const fillObject = (
  schema: Schema,
  partial: Readonly<Record<string, unknown>>,
  resolve: Resolve,
): unknown => {
  const filled: Record<string, unknown> = { ...partial }
  const properties = schema.properties ?? {}
  for (const [name, property] of Object.entries(properties)) {
    if (partial[name] !== undefined) filled[name] = fill(property, partial[name], resolve)
  }
  for (const name of schema.required ?? []) {
    filled[name] ??= partial[name] === null ? null : placeholder(properties[name] ?? {}, resolve)
  }
  return filled
}

/** Whether a value may be meant as this choice: its kind and its fixed words agree. */
const admits = (schema: Schema, value: unknown, resolve: Resolve): boolean => {
  if (schema.$ref !== undefined) return admits(resolve(schema.$ref), value, resolve)
  const types = typesOf(schema)
  if (types.length > 0 && !types.includes(kindOf(value))) return false
  if (!isObject(value)) return true
  return Object.entries(schema.properties ?? {}).every(
    ([name, property]) =>
      value[name] === undefined || !property.enum || property.enum.includes(value[name]),
  )
}

const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value
}

/** Placeholders depend on the schema only and are never changed: each is made once. */
const placeholders = new WeakMap<Schema, unknown>()

const placeholder = (schema: Schema, resolve: Resolve): unknown => {
  if (!placeholders.has(schema)) placeholders.set(schema, makePlaceholder(schema, resolve))
  return placeholders.get(schema)
}

const makePlaceholder = (schema: Schema, resolve: Resolve): unknown => {
  if (schema.$ref !== undefined) return placeholder(resolve(schema.$ref), resolve)
  const choices = schema.oneOf ?? schema.anyOf
  if (choices?.some(admitsNull) || (!choices && admitsNull(schema))) return null
  if (schema.enum) return schema.enum[0]
  if (choices?.[0]) return placeholder(choices[0], resolve)
  const type = typesOf(schema)[0]
  if (type === 'object' || schema.properties || schema.allOf) return fill(schema, {}, resolve)
  return scalars[type ?? ''] ?? textOf(schema)
}

const admitsNull = (schema: Schema): boolean => typesOf(schema).includes('null')

const scalars: Readonly<Record<string, unknown>> = {
  array: [],
  integer: 0,
  number: 0,
  boolean: false,
}

const textOf = (schema: Schema): string =>
  texts[schema.format ?? ''] ?? '0'.repeat(schema.minLength ?? 0)

const texts: Readonly<Record<string, string>> = {
  uri: 'https://placeholder.invalid/',
  'uri-template': 'https://placeholder.invalid/',
  'date-time': '2020-01-01T00:00:00Z',
  email: 'placeholder@placeholder.invalid',
}

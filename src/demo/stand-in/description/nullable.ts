import { isObject, type JsonObject } from './schema.ts'

/**
 * OpenAPI 3.0 as JSON Schema: `nullable: true` becomes a type that admits null (in `enum` too), and
 * references, which are relative to the document, become absolute under the name `document`.
 */
export const toJsonSchema = (value: unknown, document: string): unknown => {
  if (Array.isArray(value)) return value.map((item) => toJsonSchema(item, document))
  if (!isObject(value)) return value
  const converted = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, convertEntry(key, item, document)]),
  )
  return converted['nullable'] === true ? admitNull(converted) : converted
}

const convertEntry = (key: string, item: unknown, document: string): unknown =>
  key === '$ref' && typeof item === 'string' && item.startsWith('#')
    ? document + item
    : toJsonSchema(item, document)

const admitNull = (nullable: JsonObject): JsonObject => {
  const entries = Object.entries(nullable).filter(([key]) => key !== 'nullable')
  const schema: JsonObject = Object.fromEntries(entries)
  const composed = ['$ref', 'allOf', 'oneOf', 'anyOf'].some((keyword) => keyword in schema)
  if (composed || typeof schema['type'] !== 'string') return { anyOf: [schema, { type: 'null' }] }
  const choices = schema['enum']
  return {
    ...schema,
    type: [schema['type'], 'null'],
    ...(Array.isArray(choices) && { enum: [...new Set([...choices, null])] }),
  }
}

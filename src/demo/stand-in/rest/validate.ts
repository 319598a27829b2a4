import type { ErrorObject } from 'ajv/dist/2020.js'
import { description } from '../description/description.ts'
import type { DescribedParameter } from '../description/document.ts'
import type { Operation } from '../description/operations.ts'
import { typesOf } from '../description/schema.ts'
import { invalidRequest } from './refusal.ts'
import type { Route } from './router.ts'

/** Checks path, query and body against GitHub's description. Throws GitHub's refusal. */
export const validateRequest = (
  { operation, path }: Route,
  query: Readonly<Record<string, string>>,
  body: unknown,
): void => {
  for (const parameter of operation.path) checkParameter(parameter, path[parameter.name])
  for (const parameter of operation.query) checkParameter(parameter, query[parameter.name])
  const known = new Set(operation.query.map((parameter) => parameter.name))
  const unknown = Object.keys(query).find((name) => !known.has(name))
  if (unknown !== undefined) throw invalidRequest(`"${unknown}" is not a permitted key.`)
  checkBody(operation, body)
}

/** What is wrong with an answer: our own mistake, never the caller's. */
export const answerErrors = (
  operation: Operation,
  status: number,
  body: unknown,
): readonly string[] => {
  const schema = operation.answers[String(status)]
  if (!schema || status >= 400) return []
  return description()
    .errors(schema, body)
    .map((error) => `${error.instancePath} ${error.message ?? ''}`)
}

const checkParameter = (parameter: DescribedParameter, text: string | undefined): void => {
  if (text === undefined) {
    if (parameter.required) throw invalidRequest(`"${parameter.name}" wasn't supplied.`)
    return
  }
  const [error] = description().errors(parameter.schema, parseParameter(parameter, text))
  if (error) throw invalidRequest(explain({ ...error, instancePath: `/${parameter.name}` }, text))
}

/** Paths and queries are text; the description speaks of numbers and booleans. */
const parseParameter = ({ schema }: DescribedParameter, text: string): unknown => {
  const types = typesOf(schema)
  if (types.includes('integer') && /^-?\d+$/.test(text)) return Number(text)
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true'
  return text
}

const checkBody = ({ body: described }: Operation, body: unknown): void => {
  if (!described) return
  if (body === undefined) {
    if (described.required) throw invalidRequest('A JSON object is required.')
    return
  }
  const [error] = description().errors(described.schema, body)
  if (error) throw invalidRequest(explain(error, at(body, error.instancePath)))
}

const at = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null
          ? Object.entries(inner).find(([name]) => name === key)?.[1]
          : undefined,
      value,
    )

/** An ajv error in GitHub's words. */
const explain = (
  { keyword, params, instancePath, message }: ErrorObject,
  value: unknown,
): string => {
  const where = `properties${instancePath}`
  switch (keyword) {
    case 'maxLength':
      return `Only ${params['limit']} characters are allowed; ${String(value).length} were supplied.`
    case 'maxItems':
      return `No more than ${params['limit']} items are allowed; ${Array.isArray(value) ? value.length : 0} were supplied.`
    case 'required':
      return `"${params['missingProperty']}" wasn't supplied.`
    case 'enum':
      return `${JSON.stringify(value)} is not a possible value. Must be one of the following: ${params['allowedValues']}.`
    default:
      return `For '${where}', ${JSON.stringify(value)} ${message ?? 'is not allowed'}.`
  }
}

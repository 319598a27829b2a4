import type { Described, DescribedOperation, DescribedParameter, RestDocument } from './document.ts'
import type { Schema } from './schema.ts'

/** One thing that can be asked of GitHub's REST API. */
export interface Operation {
  readonly id: string
  readonly method: string
  /** E.g. `/repos/{owner}/{repo}/contents/{path}`. */
  readonly template: string
  readonly path: readonly DescribedParameter[]
  readonly query: readonly DescribedParameter[]
  readonly body: { readonly schema: Schema; readonly required: boolean } | null
  /** Schema of the JSON answer by status; null: an answer without a body. */
  readonly answers: Readonly<Record<string, Schema | null>>
}

/** Every operation of the description, references to parameters and answers resolved. */
export const listOperations = (document: RestDocument): readonly Operation[] =>
  Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, described]) =>
      toOperation(document, described, { method: method.toUpperCase(), template }),
    ),
  )

const toOperation = (
  { components }: RestDocument,
  described: DescribedOperation,
  route: { readonly method: string; readonly template: string },
): Operation => {
  const parameters = (described.parameters ?? []).map((parameter) =>
    deref(parameter, components.parameters),
  )
  const answers = Object.entries(described.responses).map(
    ([status, answer]) => [status, jsonSchema(deref(answer, components.responses))] as const,
  )
  return {
    ...route,
    id: described.operationId,
    path: parameters.filter((parameter) => parameter.in === 'path'),
    query: parameters.filter((parameter) => parameter.in === 'query'),
    body: bodyOf(described),
    answers: Object.fromEntries(answers),
  }
}

const bodyOf = ({ requestBody }: DescribedOperation): Operation['body'] => {
  const schema = requestBody && jsonSchema(requestBody)
  return schema ? { schema, required: requestBody.required ?? false } : null
}

const jsonSchema = (described: Described): Schema | null =>
  described.content?.['application/json']?.schema ?? null

const deref = <T extends { readonly $ref?: string }>(
  item: T,
  named: Readonly<Record<string, T>>,
): T => (item.$ref === undefined ? item : (named[item.$ref.split('/').at(-1) ?? ''] ?? item))

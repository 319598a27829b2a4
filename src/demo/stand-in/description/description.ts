import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { readRestDocument, readWebhooksDocument } from './document.ts'
import { fill } from './fill.ts'
import { addFormats } from './formats.ts'
import { listOperations, type Operation } from './operations.ts'
import type { Schema } from './schema.ts'

/** GitHub's description of itself: what may be asked, what is answered, what is sent. */
export interface Description {
  readonly operations: readonly Operation[]
  /** Schema of the payload of `event` with `action`; null when GitHub does not describe it here. */
  webhook(event: string, action: string | null): Schema | null
  /** Completes a partial value with valid placeholders. */
  fill(schema: Schema, partial: unknown): unknown
  /** What is wrong with the value; empty when nothing is. */
  errors(schema: Schema, value: unknown): readonly ErrorObject[]
}

let loaded: Description | null = null

/** The description, read once a process; each schema is compiled when it is first needed. */
export const description = (): Description => (loaded ??= load())

const load = (): Description => {
  const rest = readRestDocument()
  const webhooks = readWebhooksDocument()
  const schemas = new Map([...namedSchemas('rest', rest), ...namedSchemas('webhooks', webhooks)])
  const ajv = makeValidator({
    rest: rest.components.schemas,
    webhooks: webhooks.components.schemas,
  })
  const resolve = (reference: string) => {
    const schema = schemas.get(reference)
    if (!schema) throw new Error(`GitHub's description has no ${reference}`)
    return schema
  }
  return {
    operations: listOperations(rest),
    webhook: (event, action) => {
      const name = [event, action].filter(Boolean).join('-').replaceAll('_', '-')
      return (
        webhooks.webhooks[name]?.post.requestBody?.content?.['application/json']?.schema ?? null
      )
    },
    fill: (schema, partial) => fill(schema, partial, resolve),
    errors: (schema, value) => {
      const validate = ajv.compile(schema)
      return validate(value) ? [] : (validate.errors ?? [])
    },
  }
}

const namedSchemas = (
  document: string,
  { components }: { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } },
): [string, Schema][] =>
  Object.entries(components.schemas).map(([name, schema]) => [
    `${document}#/components/schemas/${name}`,
    schema,
  ])

const makeValidator = (documents: Readonly<Record<string, object>>): Ajv2020 => {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: false })
  addFormats(ajv)
  for (const [name, schemas] of Object.entries(documents)) {
    ajv.addSchema({ $id: name, components: { schemas } })
  }
  return ajv
}

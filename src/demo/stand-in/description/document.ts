import { readFileSync } from 'node:fs'
import { toJsonSchema } from './nullable.ts'
import type { Schema } from './schema.ts'

type Content = Readonly<Record<string, { readonly schema: Schema }>>

export interface Described {
  readonly $ref?: string
  readonly content?: Content
}

export interface DescribedParameter {
  readonly $ref?: string
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: Schema
  readonly 'x-multi-segment'?: boolean
}

export interface DescribedOperation {
  readonly operationId: string
  readonly parameters?: readonly DescribedParameter[]
  readonly requestBody?: Described & { readonly required?: boolean }
  readonly responses: Readonly<Record<string, Described>>
}

interface Components {
  readonly schemas: Readonly<Record<string, Schema>>
  readonly parameters: Readonly<Record<string, DescribedParameter>>
  readonly responses: Readonly<Record<string, Described>>
}

export interface RestDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: Components
}

export interface WebhooksDocument {
  readonly webhooks: Readonly<Record<string, { readonly post: DescribedOperation }>>
  readonly components: Components
}

/** GitHub's own description of its REST API, references absolute under `rest`. */
export const readRestDocument = (): RestDocument => JSON.parse(convertedText('rest'))

/** GitHub's own description of its webhooks, references absolute under `webhooks`. */
export const readWebhooksDocument = (): WebhooksDocument => JSON.parse(convertedText('webhooks'))

/** The files are ours and vendored with a checksum: their shape is trusted, not checked again. */
const convertedText = (name: string): string => {
  const file = new URL(`../../description/${name}.json`, import.meta.url)
  return JSON.stringify(toJsonSchema(JSON.parse(readFileSync(file, 'utf8')), name))
}

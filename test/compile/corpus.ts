import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Real configs and what seven events select of them, read from beside the project. */

const folder = resolve(import.meta.dirname, '../../../shared/corpus')
export const corpusIsThere = existsSync(folder)

export interface ExpectedJob {
  readonly name: string
  readonly type: string
  readonly requires: readonly (string | { readonly job: string })[]
}

export interface ExpectedResult {
  readonly event: { readonly kind: 'branch' | 'tag' | 'schedule'; readonly name: string }
  readonly static_problems?: readonly string[]
  /** The workflow has no name of its own. */
  readonly implicit?: boolean
  readonly workflows: Readonly<
    Record<string, { readonly status: string; readonly jobs?: readonly ExpectedJob[] }>
  >
}

export interface Expectation {
  readonly file: string
  readonly results: readonly ExpectedResult[]
}

export const corpusFiles: readonly string[] = corpusIsThere
  ? readdirSync(join(folder, 'configs')).filter((file) => file.endsWith('.yml'))
  : []

export const corpusText = (file: string): string =>
  readFileSync(join(folder, 'configs', file), 'utf8')

export const expectations: readonly Expectation[] = corpusIsThere
  ? readdirSync(join(folder, 'expected'))
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, 'expected', file), 'utf8')))
  : []

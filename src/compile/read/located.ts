/** A stretch of the text by offsets, the end exclusive. Lines and columns are made in `explain.ts`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Where something stands: in the text, and inside the document (`jobs.build.steps[3].run`). */
export interface Place {
  readonly span: Span
  readonly path: string
}

export interface Located<Value> {
  readonly value: Value
  readonly at: Place
}

export type ScalarType = 'null' | 'boolean' | 'integer' | 'float' | 'string'

/**
 * A value as YAML means it, aliases followed and merge keys merged. Values under an anchor are shared,
 * not copied, so a node knows its place in the text but not its path.
 */
export type Node = ScalarNode | ListNode | MapNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly type: ScalarType
  /** The source text without quotes: `3.10` stays `3.10`, `yes` stays `yes`. */
  readonly text: string
  readonly span: Span
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Node[]
  readonly span: Span
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  readonly span: Span
}

export interface Entry {
  readonly key: Span
  readonly node: Node
}

export const place = (span: Span, path: string): Place => ({ span, path })

/** The path of `key` below `path`; a key that would be misread is quoted. */
export function pathOf(path: string, key: string): string {
  const readable = /^[\w./@-]+( [\w./@-]+)*$/.test(key)
  const name = readable ? key : JSON.stringify(key)
  return path === '' ? name : `${path}.${name}`
}

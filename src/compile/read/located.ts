/** A stretch of a text by offsets, the end exclusive. Lines and columns are made in `explain.ts`. */
export interface Span {
  readonly start: number
  readonly end: number
  /** The orb that this was written in; absent: the config itself. */
  readonly origin?: Origin
}

/**
 * An orb as a place where values are written. Names in a value mean what they mean where it was written,
 * so that this is also how a command passed as an argument finds its own definition again.
 */
export interface Origin {
  /** `circleci/node@5.2.0`, or the alias of an inline orb. */
  readonly name: string
  /** Null: an inline orb, whose text is the config's. */
  readonly text: string | null
}

/** Where something stands: in the text, and inside the document (`jobs.build.steps[3].run`). */
export interface Place {
  readonly span: Span
  readonly path: string
  /** For a problem that depends on who called: the calls, outermost first. */
  readonly trail?: string | undefined
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
export type Node = ScalarNode | ListNode | MapNode | UnknownNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly type: ScalarType
  /** The source text without quotes: `3.10` stays `3.10`, `yes` stays `yes`. */
  readonly text: string
  readonly span: Span
  /** Holds `<<`, which in version 2.1 begins a template. */
  readonly templated: boolean
  /** Came from a template that was the whole value: a boolean then reads `1` or `0` as a variable. */
  readonly substituted?: true
}

export interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Node[]
  readonly span: Span
  /** Some text or key in it is. */
  readonly templated: boolean
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  readonly span: Span
  /** Some text or key in it is. */
  readonly templated: boolean
}

/**
 * A value that cannot be told: what it depends on is not known now (the parameters of a job that is looked
 * at on its own, an orb that was not fetched). Readers take it for anything and report nothing.
 */
export interface UnknownNode {
  readonly kind: 'unknown'
  readonly span: Span
  readonly templated: false
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

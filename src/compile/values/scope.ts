import type { Scalar } from '../../model/trigger.ts'
import type { Regex } from '../../ports/regex.ts'
import type { Code } from '../codes.ts'
import type { Node } from '../read/located.ts'
import { didYouMean, listed } from '../read/suggest.ts'

/** What a name inside `<< >>` or an expression stands for. */
export type Found =
  /** Filled in already: it is data, and holds no templates. */
  | { readonly kind: 'value'; readonly node: Node }
  /** A value that is written nowhere, such as the branch: it takes the place where it is asked for. */
  | { readonly kind: 'fact'; readonly value: Scalar }
  /** The name exists; its value cannot be told now. */
  | { readonly kind: 'unknown' }
  | Missing

/** Nothing of that name, or nothing for this event: reported where it was used. */
export interface Missing {
  readonly kind: 'missing'
  readonly code: Code
  readonly message: string
  readonly hint: string | null | (() => string | null)
}

/**
 * The names that can be used at one place of a config. Names are flat texts, not paths:
 * `pipeline.git.branch` and `pipeline.git.branch.is_default` both exist.
 */
export interface Scope {
  /** `name` in full, e.g. `parameters.image` or `pipeline.number`. */
  find(name: string): Found
  /** Every name in full, for suggestions. */
  names(): Iterable<string>
  /** For `matches`. */
  readonly regex: Regex
  /** The text of the config, for pointing at parts of texts in it. */
  readonly source?: string | undefined
  /** Shared by all scopes of one compilation; absent: no limit for all texts together. */
  readonly budget?: Budget | undefined
}

/** How many characters templates may still produce, so that nested calls cannot fill the memory. */
export interface Budget {
  left: number
}

/**
 * A scope with the names `prefix.NAME` instead of those that `base` has below that prefix: parameters are
 * lexical, so that a called command does not see its caller's. `what` has them, e.g. `the job build`.
 */
export function withNames(
  base: Scope,
  prefix: 'parameters' | 'matrix',
  values: ReadonlyMap<string, Node>,
  what: string,
): Scope {
  const start = `${prefix}.`
  return {
    regex: base.regex,
    budget: base.budget,
    source: base.source,
    find: (name) => {
      if (!name.startsWith(start))
        return suggested(base.find(name), name, [...values.keys()], start)
      const node = values.get(name.slice(start.length))
      if (node === undefined) return undeclared(name, namesBelow(start, values), what)
      return node.kind === 'unknown' ? { kind: 'unknown' } : { kind: 'value', node }
    },
    *names() {
      yield* namesBelow(start, values)
      for (const name of base.names()) if (!name.startsWith(start)) yield name
    },
  }
}

/** A name that nothing has may be one of these, without its prefix or with a prefix misspelt. */
function suggested(found: Found, name: string, own: readonly string[], start: string): Found {
  if (found.kind !== 'missing' || found.code !== 'unknown-value') return found
  if (own.includes(name)) return { ...found, hint: `Did you mean ${start}${name}?` }
  const known = own.map((one) => start + one)
  const { hint } = found
  return {
    ...found,
    hint: () => didYouMean(name, known)() ?? (typeof hint === 'function' ? hint() : hint),
  }
}

const namesBelow = (start: string, values: ReadonlyMap<string, Node>): readonly string[] =>
  [...values.keys()].map((name) => start + name)

/** A name that would be an argument, were it declared. The wording is what CircleCI's users search for. */
export const undeclared = (name: string, known: readonly string[], what: string): Missing => ({
  kind: 'missing',
  code: 'undeclared-argument',
  message: `Arguments referenced without declared parameters: ${name}`,
  hint: didYouMean(
    name,
    known,
    known.length === 0 ? `Nothing is declared in ${what}.` : `In ${what}: ${listed(known)}.`,
  ),
})

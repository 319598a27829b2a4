import type { Node } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { type Field, lastKey } from '../read/reader.ts'
import { parse } from './expression/parser.ts'
import type { Tree } from './expression/tree.ts'
import { rendered } from './render.ts'
import type { Found, Scope } from './scope.ts'
import type { Verdict } from './truth.ts'

/** The names that were asked for, in that order, with their values as people see them. */
export type Seen = ReadonlyMap<string, string>

/** The same scope, taking notes. */
export function recording(scope: Scope): { readonly scope: Scope; readonly seen: Seen } {
  const seen = new Map<string, string>()
  const find = (name: string): Found => {
    const found = scope.find(name)
    if (found.kind !== 'missing') seen.set(name, shown(found))
    return found
  }
  return { scope: { ...scope, find }, seen }
}

function shown(found: Exclude<Found, { kind: 'missing' }>): string {
  if (found.kind === 'unknown') return 'not known'
  if (found.kind === 'value') return shownNode(found.node)
  return typeof found.value === 'string' ? quoted(found.value) : String(found.value)
}

function shownNode(node: Node): string {
  if (node.kind === 'unknown') return 'not known'
  if (node.kind !== 'scalar') return `a ${node.kind}`
  if (node.type === 'null') return 'empty'
  return node.type === 'string' ? quoted(node.text) : rendered(node)
}

const mostNames = 5
const longestText = 100

/** Why a condition came out as it did: the value that decided, else all values that were asked for. */
export function becauseOf(field: Field, verdict: Verdict, seen: Seen): string {
  const text = textOf(field.value)
  const simple = text === null || verdict === 'unknown' ? null : simpleReason(text, seen)
  if (simple !== null) return simple
  const subject = text === null ? lastKey(field) : `${lastKey(field)}: ${cut(text)}`
  const outcome = verdict === 'unknown' ? 'cannot be told' : `is ${verdict}`
  return `${subject} ${outcome}${valuesOf(seen)}`
}

function textOf(node: Node): string | null {
  if (node.kind !== 'scalar' || node.type === 'null') return null
  const text = node.text.replaceAll(/\s+/g, ' ').trim()
  return text === '' ? null : text
}

const cut = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text

function valuesOf(seen: Seen): string {
  if (seen.size === 0) return ''
  const some = [...seen].slice(0, mostNames).map(([name, value]) => `${name} is ${value}`)
  return ` (${some.join(', ')}${seen.size > mostNames ? ', …' : ''})`
}

/** For one name, or one name compared with one value, in a tag or bare. */
function simpleReason(text: string, seen: Seen): string | null {
  const [only, ...others] = seen
  if (only === undefined || others.length > 0) return null
  const [name, value] = only
  const tree = parse(/^<<([^<>]*)>>$/.exec(text)?.[1] ?? text, () => undefined)
  const other = tree && comparedWith(tree)
  if (other === null) return null
  return other === '' || other === value
    ? `${name} is ${value}`
    : `${name} is ${value}, not ${other}`
}

/** What a name is compared with; empty: nothing, the name is all there is. Null: it is not that simple. */
function comparedWith(tree: Tree): string | null {
  if (tree.kind === 'name') return ''
  if (tree.kind === 'not') return tree.operand.kind === 'name' ? '' : null
  if (tree.kind !== 'binary' || (tree.operator !== '==' && tree.operator !== '!=')) return null
  const [literal] = [tree.left, tree.right].filter((side) => side.kind === 'literal')
  if (literal?.kind !== 'literal') return null
  return typeof literal.value === 'string' ? quoted(literal.value) : String(literal.value)
}

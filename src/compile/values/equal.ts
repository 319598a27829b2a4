import type { ListNode, MapNode, Node, ScalarNode } from '../read/located.ts'
import { isTrue } from '../read/scalar.ts'
import { isSameNumber, numberOf } from './numbers.ts'
import { rendered } from './render.ts'
import type { Verdict } from './truth.ts'

/** How two scalars are compared. */
export type Comparison = (a: ScalarNode, b: ScalarNode) => boolean

/** `==` of expressions: values of different types differ. */
export const strict: Comparison = (a, b) => {
  const numbers = sameNumbers(a, b)
  if (numbers !== null) return numbers
  if (a.type !== b.type) return false
  return a.type === 'boolean' ? isTrue(a.text) === isTrue(b.text) : rendered(a) === rendered(b)
}

/** `equal` of logic statements: the number 14 equals the text `14`. */
export const loose: Comparison = (a, b) => sameNumbers(a, b) ?? rendered(a) === rendered(b)

function sameNumbers(a: ScalarNode, b: ScalarNode): boolean | null {
  const [left, right] = [numberOf(a), numberOf(b)]
  return left === null || right === null ? null : isSameNumber(left, right)
}

/** More of a value is not compared: no config compares that much, and every comparison costs. */
const mostNodes = 10_000

/** Whether two values are the same through and through; unknown parts make it unknown. */
export function equalNodes(a: Node, b: Node, same: Comparison): Verdict {
  return compared(a, b, { same, left: mostNodes })
}

interface Comparing {
  readonly same: Comparison
  left: number
}

function compared(a: Node, b: Node, comparing: Comparing): Verdict {
  comparing.left -= 1
  if (a.kind === 'unknown' || b.kind === 'unknown' || comparing.left < 0) return 'unknown'
  if (a.kind === 'scalar' && b.kind === 'scalar') return comparing.same(a, b)
  if (a.kind === 'list' && b.kind === 'list') return comparedLists(a, b, comparing)
  if (a.kind === 'map' && b.kind === 'map') return comparedMaps(a, b, comparing)
  return false
}

function comparedLists(a: ListNode, b: ListNode, comparing: Comparing): Verdict {
  if (a.items.length !== b.items.length) return false
  return all(pairs(a.items, b.items), comparing)
}

function comparedMaps(a: MapNode, b: MapNode, comparing: Comparing): Verdict {
  if (a.entries.size !== b.entries.size) return false
  const keys = [...a.entries.keys()]
  if (!keys.every((key) => b.entries.has(key))) return false
  return all(pairs(valuesOf(a, keys), valuesOf(b, keys)), comparing)
}

const valuesOf = ({ entries }: MapNode, keys: readonly string[]): readonly Node[] =>
  keys.flatMap((key) => entries.get(key)?.node ?? [])

type Pair = readonly [Node, Node]

const pairs = (a: readonly Node[], b: readonly Node[]): readonly Pair[] =>
  a.flatMap((node, index) => {
    const other = b[index]
    return other === undefined ? [] : [[node, other] as const]
  })

/** One difference decides, even beside something unknown. */
function all(some: readonly Pair[], comparing: Comparing): Verdict {
  let unknown = false
  for (const [a, b] of some) {
    const verdict = compared(a, b, comparing)
    if (verdict === false) return false
    unknown ||= verdict === 'unknown'
  }
  return unknown ? 'unknown' : true
}

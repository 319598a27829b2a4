import type { Node } from '../read/located.ts'
import { isTrue } from '../read/scalar.ts'
import { isSameNumber, numberOf } from './numbers.ts'

export type Verdict = boolean | 'unknown'

/**
 * CircleCI's truth: `false`, null, zero, NaN and the empty text are false, everything else is true, also
 * the texts `"false"` and `"0"`. An unknown node is nothing this function can judge; see `verdictOf`.
 */
function truthy(node: Node): boolean {
  if (node.kind !== 'scalar') return true
  if (node.type === 'null') return false
  if (node.type === 'boolean') return isTrue(node.text)
  if (node.type === 'string') return node.text !== ''
  const number = numberOf(node) ?? 0
  return !Number.isNaN(number) && !isSameNumber(number, 0)
}

export const verdictOf = (node: Node): Verdict =>
  node.kind === 'unknown' ? 'unknown' : truthy(node)

import type { Node } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import type { Evaluation } from '../lookup.ts'
import { booleanNode, unknownNode } from '../nodes.ts'
import { type Numeric, numberOf } from '../numbers.ts'
import { rendered } from '../render.ts'
import type { Tree } from './tree.ts'

export type Binary = Extract<Tree, { kind: 'binary' }>
type Values = readonly [left: Node, right: Node]

/** `<`, `<=`, `>` and `>=`: numbers only. */
export function compareNumbers(tree: Binary, values: Values, evaluation: Evaluation): Node {
  const { span } = evaluation
  const [left, right] = values
  if (left.kind === 'unknown' || right.kind === 'unknown') return unknownNode(span)
  const [a, b] = [numeric(left), numeric(right)]
  if (a !== null && b !== null) return booleanNode(ordered(tree.operator, a, b), span)
  return wrongOperand(tree, a === null ? 'left' : 'right', values, evaluation)
}

const numeric = (node: Node): Numeric | null => (node.kind === 'scalar' ? numberOf(node) : null)

function ordered(operator: Binary['operator'], a: Numeric, b: Numeric): boolean {
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  return operator === '>' ? a > b : a >= b
}

/** `starts-with`: texts only. An unset branch or tag is the empty text. */
export function startsWith(tree: Binary, values: Values, evaluation: Evaluation): Node {
  const { span } = evaluation
  const [left, right] = values
  if (left.kind === 'unknown' || right.kind === 'unknown') return unknownNode(span)
  if (!isText(left)) return wrongOperand(tree, 'left', values, evaluation)
  if (!isText(right)) return wrongOperand(tree, 'right', values, evaluation)
  return booleanNode(left.text.startsWith(right.text), span)
}

/** `matches`: the regular expression must match the whole text. */
export function matchPattern(tree: Binary, left: Node, evaluation: Evaluation): Node {
  const { span, scope, complain } = evaluation
  const pattern = tree.right
  if (pattern.kind !== 'regex') return noPattern(tree, evaluation)
  if (left.kind === 'unknown') return left
  if (!isText(left)) return wrongOperand(tree, 'left', [left, left], evaluation)
  const answer = scope.regex.fullMatch(pattern.source, left.text)
  if (answer.kind === 'yes' || answer.kind === 'no') return booleanNode(answer.kind === 'yes', span)
  if (answer.kind === 'too-slow')
    complain('slow-pattern', pattern.range, `${quoted(pattern.source)} takes too long to match`)
  else {
    const message = `${quoted(pattern.source)} cannot be matched: ${answer.message}`
    complain('bad-pattern', pattern.range, message)
  }
  return unknownNode(span)
}

const isText = (node: Node): node is Extract<Node, { kind: 'scalar' }> =>
  node.kind === 'scalar' && node.type === 'string'

function noPattern({ right }: Binary, { complain, span }: Evaluation): Node {
  const message = 'on the right of `matches` stands a regular expression between slashes'
  complain('operand-type', right.range, message, 'For example: pipeline.git.branch matches /^v.*/')
  return unknownNode(span)
}

function wrongOperand(
  tree: Binary,
  side: 'left' | 'right',
  [left, right]: Values,
  { complain, span }: Evaluation,
): Node {
  const node = side === 'left' ? left : right
  const wanted = tree.operator === 'starts-with' || tree.operator === 'matches' ? 'text' : 'number'
  const message = `\`${tree.operator}\` needs a ${wanted} on its ${side} side, this is ${described(node)}`
  complain('operand-type', tree[side].range, message)
  return unknownNode(span)
}

function described(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'unknown' ? 'not known' : `a ${node.kind}`
  if (node.type === 'null') return 'empty'
  const name = node.type === 'string' ? 'the text' : `the ${node.type}`
  return `${name} ${node.type === 'string' ? quoted(node.text) : rendered(node)}`
}

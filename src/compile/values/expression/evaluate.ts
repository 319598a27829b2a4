import type { Node, Place } from '../../read/located.ts'
import type { Report } from '../../report.ts'
import { complaining } from '../complain.ts'
import { equalNodes, strict } from '../equal.ts'
import { guardedComplain } from '../guard.ts'
import { type Evaluation, lookUp } from '../lookup.ts'
import { scalarNode, unknownNode, verdictNode } from '../nodes.ts'
import type { Scope } from '../scope.ts'
import { verdictOf } from '../truth.ts'
import { type Binary, compareNumbers, matchPattern, startsWith } from './operators.ts'
import { parse } from './parser.ts'
import type { Tree } from './tree.ts'

/**
 * The value of an expression, CircleCI's language for `when:`, `filters:` and inside `<< >>`. What is
 * wrong with it is reported once, and its value is then unknown. `at` is where `text` stands.
 */
export function evaluate(text: string, at: Place, scope: Scope, report: Report): Node {
  const complain = complaining({ text, at, source: scope.source }, report)
  return evaluateText(text, { scope, span: at.span, complain })
}

export function evaluateText(text: string, evaluation: Evaluation): Node {
  const tree = parse(text, evaluation.complain)
  return tree === null ? unknownNode(evaluation.span) : valueOf(tree, evaluation)
}

function valueOf(tree: Tree, evaluation: Evaluation): Node {
  if (tree.kind === 'literal') return scalarNode(tree.value, evaluation.span)
  if (tree.kind === 'name') return lookUp(tree.name, tree.range, evaluation)
  if (tree.kind === 'not') return negation(valueOf(tree.operand, evaluation), evaluation)
  if (tree.kind === 'binary') return binary(tree, evaluation)
  const message = 'a regular expression can only stand on the right of `matches`'
  evaluation.complain('bad-expression', tree.range, message)
  return unknownNode(evaluation.span)
}

function negation(operand: Node, { span }: Evaluation): Node {
  const verdict = verdictOf(operand)
  return verdictNode(verdict === 'unknown' ? verdict : !verdict, span)
}

function binary(tree: Binary, evaluation: Evaluation): Node {
  const { operator } = tree
  if (operator === 'or' || operator === 'and') return chosen(tree, evaluation)
  if (operator === '==' || operator === '!=') return equality(tree, evaluation)
  const left = valueOf(tree.left, evaluation)
  if (operator === 'matches') return matchPattern(tree, left, evaluation)
  const values = [left, valueOf(tree.right, evaluation)] as const
  const compare = operator === 'starts-with' ? startsWith : compareNumbers
  return compare(tree, values, evaluation)
}

/** `and` and `or` give the operand that decides, and do not look at the right one when the left does. */
function chosen({ operator, left, right }: Binary, evaluation: Evaluation): Node {
  const deciding = operator === 'or'
  const first = valueOf(left, evaluation)
  const verdict = verdictOf(first)
  if (verdict === deciding) return first
  if (verdict !== 'unknown') return valueOf(right, evaluation)
  const second = valueOf(right, guarded(evaluation))
  return verdictOf(second) === deciding ? second : unknownNode(evaluation.span)
}

const guarded = (evaluation: Evaluation): Evaluation => ({
  ...evaluation,
  complain: guardedComplain(evaluation.complain),
})

function equality(tree: Binary, evaluation: Evaluation): Node {
  warnAboutNot(tree, evaluation)
  const [left, right] = [valueOf(tree.left, evaluation), valueOf(tree.right, evaluation)]
  const verdict = equalNodes(left, right, strict)
  const wanted = tree.operator === '=='
  return verdictNode(verdict === 'unknown' ? verdict : verdict === wanted, evaluation.span)
}

/** `not a == "b"` compares a boolean with a text, which is hardly what its author means. */
function warnAboutNot({ left, right, operator }: Binary, { complain }: Evaluation): void {
  const isText = right.kind === 'literal' && typeof right.value !== 'boolean'
  if (left.kind !== 'not' || left.parenthesised || !isText) return
  const message = `\`not\` applies to the left side of \`${operator}\` only, and a boolean is never equal to this`
  const range = { start: left.range.start, end: right.range.end }
  complain('negated-operand', range, message, `Write not (… ${operator} …).`)
}

import {
  type Entry,
  type ListNode,
  type MapNode,
  type Node,
  type Place,
  pathOf,
  place,
} from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { type Field, isNothing } from '../read/reader.ts'
import { didYouMean, listed } from '../read/suggest.ts'
import type { Report } from '../report.ts'
import { allEqual, evaluateMatches } from './comparison.ts'
import { fill } from './fill.ts'
import { guardedReport } from './guard.ts'
import { booleanNode, unknownNode, verdictNode } from './nodes.ts'
import { operandOf } from './operand.ts'
import type { Scope } from './scope.ts'
import { type Verdict, verdictOf } from './truth.ts'

/** Where a statement is judged. */
export interface Judging {
  readonly scope: Scope
  readonly report: Report
  readonly depth: number
}

const operators = ['and', 'or', 'not', 'equal', 'matches'] as const
type Operator = (typeof operators)[number]

const deepest = 100

/**
 * The value of a logic statement (`and: […]`, `equal: […]`, …) or of a single value, templates filled in.
 * Unknown where it depends on something unknown, and where it is no statement; then that was reported.
 */
export const evaluateLogic = (field: Field, scope: Scope, report: Report): Node =>
  evaluated(field.value, field.at, { scope, report, depth: 0 })

function evaluated(node: Node, at: Place, judging: Judging): Node {
  if (node.kind === 'map') return statement(node, at, judging)
  if (node.kind !== 'list') return operandOf(node, at, judging.scope, judging.report)
  const hint = 'Combine conditions with `and:` or `or:`.'
  judging.report('bad-condition', at, 'a list is no condition', hint)
  return unknownNode(node.span)
}

function statement(node: MapNode, at: Place, judging: Judging): Node {
  const [only, ...others] = node.entries
  if (only === undefined || others.length > 0) return wrongCount(node, at, judging)
  const [name, entry] = only
  const where = place(entry.key, pathOf(at.path, name))
  if (judging.depth >= deepest) {
    const message = `conditions are nested more than ${deepest} levels deep`
    judging.report('bad-condition', where, message)
    return unknownNode(node.span)
  }
  const operator = operators.find((known) => known === name)
  if (operator === undefined) return unknownOperator(name, where, judging)
  return operation(operator, entry, where, { ...judging, depth: judging.depth + 1 })
}

function operation(operator: Operator, { node }: Entry, key: Place, judging: Judging): Node {
  const field = { value: node, at: place(node.span, key.path), key }
  if (operator === 'equal') return equal(field, judging)
  if (operator === 'matches') return evaluateMatches(field, judging)
  if (operator !== 'not') return combined(operator, field, judging)
  return verdictNode(negated(verdictOf(evaluated(node, field.at, judging))), key.span)
}

const negated = (verdict: Verdict): Verdict => (verdict === 'unknown' ? verdict : !verdict)

/** From left to right, until one item decides. */
function combined(operator: 'and' | 'or', field: Field, judging: Judging): Node {
  const items = itemsOf(operator, field, judging)
  if (items.kind !== 'list') return noItems(items, field)
  const deciding = operator === 'or'
  let unknown = false
  for (const [index, item] of items.items.entries()) {
    const here = unknown ? { ...judging, report: guardedReport(judging.report) } : judging
    const verdict = verdictOf(evaluated(item, itemPlace(item, field, index), here))
    if (verdict === deciding) return booleanNode(deciding, field.key.span)
    unknown ||= verdict === 'unknown'
  }
  return verdictNode(unknown ? 'unknown' : !deciding, field.key.span)
}

function equal(field: Field, judging: Judging): Node {
  const items = itemsOf('equal', field, judging)
  if (items.kind !== 'list') return noItems(items, field)
  const values = items.items.map((item, index) =>
    argument(item, itemPlace(item, field, index), judging),
  )
  return verdictNode(allEqual(values, field.key, judging.report), field.key.span)
}

/** A value, or what a statement in its place comes to. */
function argument(node: Node, at: Place, judging: Judging): Node {
  const isStatement =
    node.kind === 'map' &&
    node.entries.size === 1 &&
    operators.some((operator) => node.entries.has(operator))
  return isStatement
    ? evaluated(node, at, judging)
    : operandOf(node, at, judging.scope, judging.report)
}

const itemPlace = (item: Node, { at }: Field, index: number): Place =>
  place(item.span, `${at.path}[${index}]`)

/** `none`: nothing is written there, which CircleCI takes for false. */
type Items = ListNode | { readonly kind: 'none' } | { readonly kind: 'unknown' }

function itemsOf(operator: Operator, field: Field, { scope, report }: Judging): Items {
  const { value, at } = field
  // A list as a whole may come from a template; the templates inside one are filled in their turn.
  const node = value.kind === 'scalar' ? fill(value, at, scope, report) : value
  if (isNothing({ ...field, value: node })) return { kind: 'none' }
  if (node.kind === 'list' && node.items.length > 0) return node
  if (node.kind === 'unknown') return node
  const found = node.kind === 'list' ? 'an empty list' : `a ${node.kind}`
  report('bad-condition', field.key, `\`${operator}\` needs a list of values, this is ${found}`)
  return { kind: 'unknown' }
}

const noItems = ({ kind }: Exclude<Items, ListNode>, { key }: Field): Node =>
  verdictNode(kind === 'none' ? false : 'unknown', key.span)

function wrongCount({ entries, span }: MapNode, at: Place, { report }: Judging): Node {
  const found =
    entries.size === 0 ? 'this map is empty' : `this has ${entries.size}: ${listed(entries.keys())}`
  const message = `a condition has exactly one operator, ${found}`
  report('bad-condition', at, message, 'Combine conditions with `and:` or `or:`.')
  return unknownNode(span)
}

function unknownOperator(name: string, key: Place, { report }: Judging): Node {
  if (name === 'when' || name === 'unless') {
    // Real configs hold it, and CircleCI takes a map for true.
    const text = `${name} is no operator of conditions and counts as true`
    report('text-condition', key, text, 'Remove it, or write the condition itself.')
    return booleanNode(true, key.span)
  }
  const message = `${quoted(name)} is no operator of conditions`
  report('bad-condition', key, message, didYouMean(name, operators, `Known: ${listed(operators)}.`))
  return unknownNode(key.span)
}

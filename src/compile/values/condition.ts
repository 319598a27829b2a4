import type { Node, ScalarNode } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import type { Field } from '../read/reader.ts'
import { lastKey } from '../read/reader.ts'
import type { Report } from '../report.ts'
import { becauseOf, recording } from './because.ts'
import { evaluate } from './expression/evaluate.ts'
import { evaluateLogic } from './logic.ts'
import { type Mixture, mixtureOf } from './mixture.ts'
import type { Scope } from './scope.ts'
import { type Verdict, verdictOf } from './truth.ts'

export interface Judgement {
  readonly verdict: Verdict
  /** What decided, for people: `pipeline.git.branch is "main", not "release"`. */
  readonly because: string
}

/**
 * Whether a condition holds: `when`, `unless` and `filters` of workflows and their jobs, where a text is
 * an expression (`expression`), and `condition` of steps, where it is just a text. What is wrong is
 * reported; then the verdict is unknown.
 */
export function condition(
  field: Field,
  scope: Scope,
  report: Report,
  allowed: { readonly expression: boolean },
): Judgement {
  const { scope: recorded, seen } = recording(scope)
  const node = valueOf(field, recorded, report, allowed)
  const verdict = verdictOf(node)
  return { verdict, because: becauseOf(field, verdict, seen) }
}

function valueOf(
  field: Field,
  scope: Scope,
  report: Report,
  allowed: { readonly expression: boolean },
): Node {
  const { value: node } = field
  const isText = node.kind === 'scalar' && node.type === 'string'
  if (!isText) return evaluateLogic(field, scope, report)
  return allowed.expression
    ? expressionValue(node, field, scope, report)
    : textValue(node, field, scope, report)
}

function expressionValue(node: ScalarNode, field: Field, scope: Scope, report: Report): Node {
  const mixture = mixtureOf(node)
  if (mixture.kind === 'mixed') reportMixed(mixture, field, report)
  if (mixture.kind === 'plain' && node.text.trim() !== '')
    return evaluate(node.text, field.at, scope, report)
  const value = evaluateLogic(field, scope, report)
  return mixture.kind === 'mixed' ? { kind: 'unknown', span: node.span, templated: false } : value
}

function reportMixed(
  { rewritten }: Extract<Mixture, { kind: 'mixed' }>,
  field: Field,
  report: Report,
) {
  const message = `${lastKey(field)} mixes an expression with << >>: CircleCI takes it for a text, which is always true`
  report('mixed-expression', field.at, message, `Without << >>: ${rewritten}`)
}

/** A text is true unless it is empty, however much it looks like an expression. */
function textValue(node: ScalarNode, field: Field, scope: Scope, report: Report): Node {
  const mixture = mixtureOf(node)
  const looksLikeIt =
    mixture.kind === 'plain'
      ? beginsLikeExpression.test(node.text)
      : mixture.kind === 'mixed' && hasOperator.test(node.text)
  if (looksLikeIt) {
    const message = `${quoted(node.text)} is a text here, and so always true: conditions of steps are logic statements`
    const hint = 'Put the whole expression between << and >>, or write equal:, and:, or:, not:.'
    report('text-condition', field.at, message, hint)
  }
  return evaluateLogic(field, scope, report)
}

const beginsLikeExpression = /^(?:\s|[(!]|not\s)*(?:pipeline|parameters|matrix)\.\w/
const hasOperator = /[=!]=|\s(?:and|or|starts-with|matches)\s|^\s*(?:not\s|!)/

import type { Node, Span } from '../read/located.ts'
import type { Complain, Range } from './complain.ts'
import { environmentHint, environmentName } from './expression/environment.ts'
import { scalarNode, unknownNode } from './nodes.ts'
import type { Found, Missing, Scope } from './scope.ts'

/** What a place needs for working out a value; made values are shown at `span`. */
export interface Evaluation {
  readonly scope: Scope
  readonly span: Span
  readonly complain: Complain
}

/** The value of a name; unknown, and reported, where nothing has it. */
export function lookUp(name: string, range: Range, evaluation: Evaluation): Node {
  const found = evaluation.scope.find(name)
  if (found.kind !== 'missing') return nodeOf(found, evaluation)
  reportMissing(name, found, range, evaluation)
  return unknownNode(evaluation.span)
}

export function nodeOf(found: Exclude<Found, Missing>, { span }: Evaluation): Node {
  if (found.kind === 'value') return found.node
  return found.kind === 'fact' ? scalarNode(found.value, span) : unknownNode(span)
}

export function reportMissing(
  name: string,
  { code, message, hint }: Missing,
  range: Range,
  { complain }: Evaluation,
): void {
  const variable = environmentName(name)
  if (variable === null) return complain(code, range, message, hint)
  const reason = `${name} is an environment variable: it has no value yet when a config is compiled`
  complain('environment-in-expression', range, reason, environmentHint(variable))
}

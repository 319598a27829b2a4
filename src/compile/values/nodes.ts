import type { Scalar } from '../../model/trigger.ts'
import type { Node, ScalarNode, ScalarType, Span, UnknownNode } from '../read/located.ts'
import type { Verdict } from './truth.ts'

/** Nodes for values that templates and expressions make; `span` is where they are shown to stand. */
export const textNode = (text: string, span: Span): ScalarNode => scalar('string', text, span)

export const booleanNode = (value: boolean, span: Span): ScalarNode =>
  scalar('boolean', String(value), span)

export const unknownNode = (span: Span): UnknownNode => ({
  kind: 'unknown',
  span,
  templated: false,
})

export const verdictNode = (verdict: Verdict, span: Span): Node =>
  verdict === 'unknown' ? unknownNode(span) : booleanNode(verdict, span)

export function scalarNode(value: Scalar | bigint, span: Span): ScalarNode {
  if (typeof value === 'string') return textNode(value, span)
  if (typeof value === 'boolean') return booleanNode(value, span)
  if (typeof value === 'bigint') return scalar('integer', String(value), span)
  return scalar(Number.isInteger(value) ? 'integer' : 'float', String(value), span)
}

const scalar = (type: ScalarType, text: string, span: Span): ScalarNode => ({
  kind: 'scalar',
  type,
  text,
  span,
  templated: false,
})

import type { Node, Place } from '../read/located.ts'
import type { Report } from '../report.ts'
import { environmentHint } from './expression/environment.ts'
import { fill } from './fill.ts'
import { unknownNode } from './nodes.ts'
import type { Scope } from './scope.ts'

/** A value in a logic statement, templates filled in. An environment variable there is a mistake. */
export function operandOf(node: Node, at: Place, scope: Scope, report: Report): Node {
  const variable = node.kind === 'scalar' ? /^\$\{?([A-Za-z_]\w*)\}?$/.exec(node.text)?.[1] : null
  if (variable == null) return fill(node, at, scope, report)
  const message = `$${variable} is an environment variable: it has no value yet when a config is compiled`
  report('environment-in-expression', at, message, environmentHint(variable))
  return unknownNode(node.span)
}

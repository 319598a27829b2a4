import type { Node } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import { isTrue } from '../../read/scalar.ts'
import { listed } from '../../read/suggest.ts'
import type { ParameterConfig } from '../../shape/parameters.ts'

/** Why a value does not fit a parameter; null when it does. */
export interface Misfit {
  readonly expected: string
  readonly got: string
  readonly hint: string | null
}

/** Whether a value is of a parameter's type, by CircleCI's rules. An unknown value fits everything. */
export function misfit(parameter: ParameterConfig, node: Node): Misfit | null {
  if (node.kind === 'unknown') return null
  switch (parameter.type) {
    case 'string':
      return isText(node) ? null : wrong('string', node, quoteHint(node))
    case 'boolean':
      return isScalarOf(node, 'boolean') ? null : wrong('boolean', node, unquoteHint(node))
    case 'integer':
      return isScalarOf(node, 'integer') ? null : wrong('integer', node, unquoteHint(node))
    case 'enum':
      return inChoices(parameter, node)
    case 'steps':
      return node.kind === 'list' ? null : wrong('steps', node, 'Write a list, also for one step.')
    case 'executor':
      return isExecutor(node) ? null : wrong('executor', node, null)
    case 'env_var_name':
      return isVariableName(node) ? null : wrong('env_var_name', node, variableHint)
    case null:
      return null
    default:
      return parameter.type satisfies never
  }
}

const variableHint =
  'It is the name of an environment variable: letters, digits and _, not beginning with a digit.'

const isScalarOf = (node: Node, type: string): boolean =>
  node.kind === 'scalar' && node.type === type

/** A date or a version such as 1.2.3 is a text for YAML, too. */
const isText = (node: Node): boolean => isScalarOf(node, 'string')

const isVariableName = (node: Node): boolean =>
  node.kind === 'scalar' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(node.text)

const isExecutor = (node: Node): boolean =>
  isText(node) || (node.kind === 'map' && (node.entries.has('name') || node.entries.size === 1))

/** Compared as YAML values, then as texts. */
function inChoices({ choices }: ParameterConfig, node: Node): Misfit | null {
  if (choices === null || choices.length === 0) return null
  const text = textOf(node)
  if (text !== null && choices.some((choice) => textOf(choice) === text)) return null
  const allowed = listed(choices.map((choice) => textOf(choice) ?? '?'))
  return { expected: `one of ${allowed}`, got: described(node), hint: null }
}

/** The text of a scalar, one for each value: `yes` and `true` are the same boolean. */
export function textOf(node: Node): string | null {
  if (node.kind !== 'scalar') return null
  return node.type === 'boolean' ? String(isTrue(node.text)) : node.text
}

const wrong = (expected: string, node: Node, hint: string | null): Misfit => ({
  expected: `type ${expected}`,
  got: described(node),
  hint,
})

/** `'false' (type boolean)`. */
export function described(node: Node): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`
  return `${quoted(node.text)} (type ${node.type === 'float' ? 'number' : node.type})`
}

const quoteHint = (node: Node): string | null =>
  node.kind === 'scalar' ? `Quote it: ${JSON.stringify(node.text.slice(0, 40))}.` : null

const unquoteHint = (node: Node): string | null =>
  node.kind === 'scalar' && /^(true|false|yes|no|on|off|\d+)$/i.test(node.text)
    ? `Write it without quotes: ${node.text}.`
    : null

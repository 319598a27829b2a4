import type { MapNode, Node, Place, ScalarNode } from '../read/located.ts'
import { pathOf, place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import type { Field } from '../read/reader.ts'
import { didYouMean } from '../read/suggest.ts'
import type { Report } from '../report.ts'
import { equalNodes, loose } from './equal.ts'
import { fill } from './fill.ts'
import { booleanNode, unknownNode } from './nodes.ts'
import { operandOf } from './operand.ts'
import { rendered } from './render.ts'
import type { Scope } from './scope.ts'
import type { Verdict } from './truth.ts'

/** `equal`: whether all are the same, a number and its digits as a text included. */
export function allEqual(values: readonly Node[], at: Place, report: Report): Verdict {
  const [first, ...others] = values
  let unknown = false
  for (const other of others) {
    if (first === undefined) break
    const verdict = equalNodes(...alike(first, other), loose)
    if (verdict === false) return false
    unknown ||= verdict === 'unknown'
  }
  if (unknown) return 'unknown'
  warnAboutTypes(values, at, report)
  return true
}

/** An executor without arguments is the same whether it is named or written as `{name: …}`. */
function alike(a: Node, b: Node): readonly [Node, Node] {
  if (a.kind === 'scalar' && b.kind === 'map') return [a, nameIn(b) ?? b]
  if (a.kind === 'map' && b.kind === 'scalar') return [nameIn(a) ?? a, b]
  return [a, b]
}

const nameIn = ({ entries }: MapNode): Node | undefined =>
  entries.size === 1 ? entries.get('name')?.node : undefined

function warnAboutTypes(values: readonly Node[], at: Place, report: Report): void {
  const has = (type: ScalarNode['type']) =>
    values.some((value) => value.kind === 'scalar' && value.type === type)
  if (!has('boolean') || !has('string')) return
  const message =
    '`equal` compares a boolean with a text of the same characters, and takes them for equal'
  report('boolean-as-text', at, message, 'Leave out the quotes around true or false.')
}

interface Places {
  readonly scope: Scope
  readonly report: Report
}

/** `matches: {pattern, value}`: the pattern, Java's, must match the whole value. */
export function evaluateMatches(field: Field, { scope, report }: Places): Node {
  const { key } = field
  const node = field.value.kind === 'map' ? field.value : fill(field.value, field.at, scope, report)
  if (node.kind === 'unknown') return unknownNode(key.span)
  const pattern = textOf('pattern', node, key, { scope, report })
  const value = textOf('value', node, key, { scope, report })
  if (node.kind === 'map') reportOthers(node, key, report)
  if (pattern === null || value === null) return unknownNode(key.span)
  const answer = scope.regex.fullMatch(pattern.text, value.text)
  if (answer.kind === 'yes' || answer.kind === 'no')
    return booleanNode(answer.kind === 'yes', key.span)
  const shown = quoted(pattern.text)
  if (answer.kind === 'too-slow')
    report('slow-pattern', pattern.at, `${shown} takes too long to match`)
  else report('bad-pattern', pattern.at, `${shown} cannot be matched: ${answer.message}`)
  return unknownNode(key.span)
}

function textOf(
  name: 'pattern' | 'value',
  node: Node,
  { path, span }: Place,
  { scope, report }: Places,
) {
  const written = node.kind === 'map' ? node.entries.get(name)?.node : undefined
  const at = place(written?.span ?? span, pathOf(path, name))
  const found = written && operandOf(written, at, scope, report)
  if (found?.kind === 'unknown') return null
  if (found?.kind === 'scalar') return { text: rendered(found), at }
  const message = `\`matches\` needs a text as its ${name}`
  report('bad-condition', at, message, 'Write matches: { pattern: "^v.*", value: << … >> }.')
  return null
}

function reportOthers({ entries }: MapNode, at: Place, report: Report): void {
  const known = ['pattern', 'value']
  for (const [name, { key }] of entries)
    if (!known.includes(name)) {
      const where = place(key, pathOf(at.path, name))
      report(
        'bad-condition',
        where,
        `${quoted(name)} means nothing in \`matches\``,
        didYouMean(name, known),
      )
    }
}

import { isAlias, isMap, isScalar, isSeq, type ParsedNode, Scalar, type YAMLMap } from 'yaml'
import type { Report } from '../report.ts'
import { at, type Building } from './building.ts'
import type { Entry, ListNode, MapNode, Node, Origin, Place, ScalarNode, Span } from './located.ts'
import { measures } from './measure.ts'
import { merged } from './merge.ts'
import { quoted } from './quoted.ts'
import { typeOfPlain } from './scalar.ts'
import { didYouMean } from './suggest.ts'

/** A YAML document → nodes: aliases followed, merge keys merged, keys made text, repeated keys reported. */
export function nodesOf(
  contents: ParsedNode | null,
  report: Report,
  origin: Origin | null,
): Node | null {
  if (contents === null) return null
  const building: Building = {
    report,
    origin,
    measures: measures(report),
    anchors: new Map(),
    unusedAnchors: new Map(),
  }
  const node = nodeOf(contents, building)
  if (origin === null) reportUnused(building)
  return node
}

/** V3: an anchor that nothing refers to; in orbs, which others packed, it does not matter. */
function reportUnused({ unusedAnchors, report }: Building): void {
  for (const [name, span] of unusedAnchors)
    report('unused-anchor', at(span), `the anchor &${name} is unused`)
}

function nodeOf(source: ParsedNode, building: Building): Node {
  if (isAlias(source)) return followed(source.source, spanOf(source, building), building)
  const anchor = source.anchor
  if (anchor !== undefined) define(anchor, source, building)
  const node = measured(plainNode(source, building), building)
  if (anchor !== undefined) building.anchors.set(anchor, node)
  return node
}

function define(anchor: string, source: ParsedNode, building: Building): void {
  building.anchors.set(anchor, 'open')
  const { start, ...rest } = spanOf(source, building)
  building.unusedAnchors.set(anchor, { ...rest, start, end: Math.min(rest.end, start + 1) })
}

/** A node that grew beyond what is allowed is cut off here, so that nothing behind it can blow up. */
const measured = (node: Node, building: Building): Node =>
  building.measures.allows(node) ? node : nothing(node.span)

function plainNode(source: ParsedNode, building: Building): Node {
  if (isMap(source)) return mapNode(source, building)
  if (isSeq(source)) return listNode(source.items, spanOf(source, building), building)
  if (isScalar(source)) return scalarNode(source, building)
  return nothing({ start: 0, end: 0 })
}

const nothing = (span: Span): ScalarNode => ({
  kind: 'scalar',
  type: 'null',
  text: '',
  span,
  templated: false,
})

function listNode(items: readonly ParsedNode[], span: Span, building: Building): ListNode {
  const nodes = items.map((item) => nodeOf(item, building))
  return { kind: 'list', items: nodes, span, templated: nodes.some(({ templated }) => templated) }
}

function scalarNode(source: Scalar.Parsed, building: Building): ScalarNode {
  const span = spanOf(source, building)
  const text = typeof source.value === 'string' ? source.value : ''
  if (text.includes('\0'))
    building.report('yaml-nul', at(span), 'a text cannot hold the character NUL (\\0)')
  const type = typeOf(source, text, building)
  return { kind: 'scalar', type, text, span, templated: text.includes('<<') }
}

function typeOf(source: Scalar.Parsed, text: string, building: Building): ScalarNode['type'] {
  if (source.tag !== undefined)
    return taggedType(source.tag, text, at(spanOf(source, building)), building)
  return source.type === Scalar.PLAIN ? typeOfPlain(text) : 'string'
}

/** `!!str` makes a text of anything; the other tags of YAML's own say what the text says already. */
function taggedType(tag: string, text: string, where: Place, building: Building) {
  const name = /^tag:yaml\.org,2002:(str|bool|int|float|null)$/.exec(tag)?.[1]
  if (name === undefined)
    building.report('yaml-tag', where, `the tag ${quoted(tag)} means nothing here and is ignored`)
  return name === undefined || name === 'str' ? 'string' : typeOfPlain(text)
}

function mapNode(source: YAMLMap.Parsed, building: Building): MapNode {
  const entries = new Map<string, Entry>()
  const merges: Entry[] = []
  for (const { key, value } of source.items) {
    const span = spanOf(key ?? source, building)
    const node = value === null ? nothing({ ...span, start: span.end }) : nodeOf(value, building)
    if (isMergeKey(key)) merges.push({ key: span, node })
    else addEntry(entries, keyText(key, building), { key: span, node }, building)
  }
  const all = merged(entries, merges, building)
  return { kind: 'map', entries: all, span: spanOf(source, building), templated: hasTemplate(all) }
}

function hasTemplate(entries: ReadonlyMap<string, Entry>): boolean {
  for (const [key, { node }] of entries) if (node.templated || key.includes('<<')) return true
  return false
}

const isMergeKey = (key: ParsedNode | null): boolean =>
  isScalar(key) && key.type === Scalar.PLAIN && key.value === '<<'

function addEntry(
  entries: Map<string, Entry>,
  key: string,
  entry: Entry,
  building: Building,
): void {
  const first = entries.get(key)
  if (first === undefined) entries.set(key, entry)
  else {
    const message = `the key ${quoted(key)} stands twice in this map`
    building.report('duplicate-key', at(entry.key), message, 'Remove or rename one of the two.')
    building.report('duplicate-key', at(first.key), `${message}; this is the first`, null)
  }
}

function keyText(key: ParsedNode | null, building: Building): string {
  if (key === null) return ''
  const node = nodeOf(key, building)
  if (node.kind === 'scalar') return node.text
  building.report('yaml-key', at(node.span), `a key must be plain text, this is a ${node.kind}`)
  return ''
}

function followed(name: string, span: Span, building: Building): Node {
  const target = building.anchors.get(name)
  building.unusedAnchors.delete(name)
  if (target === 'open') {
    building.report('recursive-alias', at(span), `*${name} stands inside &${name} itself`)
    return nothing(span)
  }
  if (target !== undefined) return target
  const hint = 'Anchors must be defined earlier in the same file, as &name.'
  const known = building.anchors.keys().map((anchor) => `*${anchor}`)
  const message = `*${name} names an anchor that is not defined above this line`
  building.report('unknown-alias', at(span), message, didYouMean(`*${name}`, known, hint))
  return nothing(span)
}

function spanOf(node: ParsedNode, { origin }: Building): Span {
  const [start, end] = node.range
  return origin === null ? { start, end } : { start, end, origin }
}

import {
  type Entry,
  type ListNode,
  type MapNode,
  type Node,
  type Place,
  pathOf,
  place,
  type Span,
} from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import type { Report } from '../report.ts'
import { fillText } from './fill-text.ts'
import { unknownNode } from './nodes.ts'
import { rendered } from './render.ts'
import type { Scope } from './scope.ts'

/**
 * A value without templates, through and through, keys as well. What holds none is the very same node, so
 * that shared parts stay shared. What cannot be told, and what was reported, is an unknown node.
 */
export function fill(node: Node, at: Place, scope: Scope, report: Report): Node {
  return node.templated ? filled(node, at.path, { scope, report, done: new Map() }) : node
}

interface Filling {
  readonly scope: Scope
  readonly report: Report
  /** Aliases make one node stand in many places, where it comes out alike. */
  readonly done: Map<Node, Node>
}

function filled(node: Node, path: string, filling: Filling): Node {
  if (!node.templated) return node
  const { scope, report, done } = filling
  if (node.kind === 'scalar') return fillText(node, place(node.span, path), scope, report)
  const known = done.get(node)
  if (known !== undefined) return known
  const result =
    node.kind === 'list' ? filledList(node, path, filling) : filledMap(node, path, filling)
  done.set(node, result)
  return result
}

const filledList = (node: ListNode, path: string, filling: Filling): ListNode => ({
  ...node,
  items: node.items.map((item, index) => filled(item, `${path}[${index}]`, filling)),
  templated: false,
})

/** A map with a key that cannot be told is unknown as a whole: nobody can say what is missing in it. */
function filledMap(node: MapNode, path: string, filling: Filling): Node {
  const entries = new Map<string, Entry>()
  let unknown = false
  for (const [written, entry] of node.entries) {
    const name = written.includes('<<') ? filledKey(written, entry, path, filling) : written
    const value = entry.node.templated
      ? { ...entry, node: filled(entry.node, pathOf(path, written), filling) }
      : entry
    if (name === null) unknown = true
    else if (entries.has(name)) reportTwice(name, entry, path, filling)
    else entries.set(name, value)
  }
  return unknown ? unknownNode(node.span) : { ...node, entries, templated: false }
}

function filledKey(text: string, { key }: Entry, path: string, filling: Filling): string | null {
  const at = place(key, pathOf(path, text))
  const node = fillText(keyNode(text, key), at, filling.scope, filling.report)
  if (node.kind === 'scalar') return rendered(node)
  if (node.kind !== 'unknown')
    filling.report('wrong-type', at, `${quoted(text)} is a ${node.kind}: it cannot be a key`)
  return null
}

const keyNode = (text: string, span: Span) =>
  ({ kind: 'scalar', type: 'string', text, span, templated: true }) as const

function reportTwice(name: string, { key }: Entry, path: string, { report }: Filling): void {
  const message = `with its templates filled in, the key ${quoted(name)} stands twice in this map`
  const at = place(key, pathOf(path, name))
  report('duplicate-key', at, message, 'Remove or rename one of the two.')
}

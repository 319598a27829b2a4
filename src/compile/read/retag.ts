import type { Entry, Node, Origin } from './located.ts'

/**
 * The same values as though they stood in another place: an inline orb is part of the config's text, but
 * names in it mean what they mean in the orb. Parts that aliases share stay shared.
 */
export function retagged(node: Node, origin: Origin): Node {
  return retag(node, { origin, done: new Map() })
}

interface Retagging {
  readonly origin: Origin
  readonly done: Map<Node, Node>
}

function retag(node: Node, retagging: Retagging): Node {
  const known = retagging.done.get(node)
  if (known !== undefined) return known
  const copy = copied(node, retagging)
  retagging.done.set(node, copy)
  return copy
}

function copied(node: Node, retagging: Retagging): Node {
  const span = { ...node.span, origin: retagging.origin }
  if (node.kind === 'list')
    return { ...node, span, items: node.items.map((item) => retag(item, retagging)) }
  if (node.kind !== 'map') return { ...node, span }
  const entries = [...node.entries].map(([name, { key, node: value }]): [string, Entry] => [
    name,
    { key: { ...key, origin: retagging.origin }, node: retag(value, retagging) },
  ])
  return { ...node, span, entries: new Map(entries) }
}

import type { Report } from '../report.ts'
import type { MapNode, Node } from './located.ts'
import { limits } from './parse.ts'

/**
 * Keeps aliases from multiplying a small file into a huge one: every node knows how large it is written
 * out in full, and how deep, although shared parts are stored once.
 */
export interface Measures {
  /** Whether the finished node is of a size that may be used; reports the first one that is not. */
  allows(node: Node): boolean
  /** Whether the entries of one more map may be merged. */
  allowsMerge(source: MapNode): boolean
}

/** Characters of a whole document with every alias written out; a node itself counts as eight. */
const expandedLimit = 32 * 1024 * 1024
const mergedEntriesLimit = 1_000_000

interface Measure {
  readonly size: number
  readonly depth: number
}

export function measures(report: Report): Measures {
  const known = new Map<Node, Measure>()
  let mergedEntries = 0
  const measureOf = (node: Node): Measure => known.get(node) ?? { size: 8, depth: 0 }
  return {
    allows: (node) => {
      const measure = sum(node, measureOf)
      const complaint = complaintAbout(measure)
      if (complaint === null) known.set(node, measure)
      else report(complaint.code, { span: node.span, path: '' }, complaint.message)
      return complaint === null
    },
    allowsMerge: (source) => {
      mergedEntries += source.entries.size + 1
      if (mergedEntries <= mergedEntriesLimit) return true
      const message = `merge keys bring in more than ${mergedEntriesLimit} entries`
      report('too-many-aliases', { span: source.span, path: '' }, message)
      return false
    },
  }
}

function sum(node: Node, measureOf: (node: Node) => Measure): Measure {
  if (node.kind === 'scalar') return { size: node.text.length + 8, depth: 0 }
  if (node.kind === 'unknown') return { size: 8, depth: 0 }
  let size = 8
  let depth = 0
  const add = (child: Node): void => {
    const measure = measureOf(child)
    size += measure.size
    depth = Math.max(depth, measure.depth + 1)
  }
  if (node.kind === 'list') for (const item of node.items) add(item)
  else
    for (const { key, node: child } of node.entries.values()) {
      size += key.end - key.start
      add(child)
    }
  return { size, depth }
}

function complaintAbout(measure: Measure) {
  if (measure.size > expandedLimit)
    return {
      code: 'too-many-aliases',
      message: `aliases expand to more than ${expandedLimit} characters`,
    } as const
  if (measure.depth > limits.depth)
    return {
      code: 'too-deep',
      message: `values are nested more than ${limits.depth} levels deep`,
    } as const
  return null
}

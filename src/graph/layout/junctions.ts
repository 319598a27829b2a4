import type { Edge } from './geometry.ts'
import { connect, type Vertex, vertexOf } from './vertex.ts'

const junctionSize = { width: 8, height: 12 }

/**
 * Boxes connected by their edges. Where several boxes wait for the same several others (a matrix behind
 * a matrix) their lines meet in a junction: as many lines as boxes, not as their product.
 */
export function joined(boxes: readonly Vertex[], edges: readonly Edge[]): readonly Vertex[] {
  const incoming = Map.groupBy(edges, ({ to }) => to)
  const groups = Map.groupBy(incoming, ([, all]) => signature(all))
  const junctions: Vertex[] = []
  for (const targets of groups.values()) {
    const sources = targets[0]?.[1] ?? []
    const heads = targets.flatMap(([to]) => boxes[to] ?? [])
    if (!isCrowded(sources.length, heads.length)) {
      for (const to of heads) connectAll(sources, to, boxes)
      continue
    }
    const junction = vertexOf('junction', junctionSize)
    junctions.push(junction)
    connectAll(sources, junction, boxes)
    for (const to of heads) connect({ from: junction, to, label: null })
  }
  return [...boxes, ...junctions]
}

const signature = (edges: readonly Edge[]): string =>
  edges
    .map(({ from, label }) => `${from} ${label?.text ?? ''}`)
    .toSorted()
    .join('\n')

const isCrowded = (sources: number, targets: number): boolean =>
  sources * targets - (sources + targets) > 3

function connectAll(edges: readonly Edge[], to: Vertex, boxes: readonly Vertex[]): void {
  for (const { from, label } of edges) {
    const source = boxes[from]
    if (source !== undefined) connect({ from: source, to, label })
  }
}

import type { Vertex } from './vertex.ts'

/**
 * Gives every vertex its layer: one more than the last of what it waits for. A circle is broken at its
 * first vertex, so that there is an answer for any input.
 */
export function layered(vertices: readonly Vertex[]): readonly Vertex[] {
  const waiting = new Map(vertices.map((vertex) => [vertex, vertex.before.length]))
  const placed = new Set<Vertex>()
  for (const root of [...vertices.filter(({ before }) => before.length === 0), ...vertices])
    placeFrom(root, waiting, placed)
  return vertices
}

function placeFrom(root: Vertex, waiting: Map<Vertex, number>, placed: Set<Vertex>): void {
  const ready = [root]
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    if (placed.has(next)) continue
    placed.add(next)
    for (const { to } of next.after) {
      if (placed.has(to)) continue
      to.layer = Math.max(to.layer, next.layer + 1)
      const left = (waiting.get(to) ?? 0) - 1
      waiting.set(to, left)
      if (left === 0) ready.push(to)
    }
  }
}

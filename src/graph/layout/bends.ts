import { connect, type Layers, type Link, type Vertex, vertexOf } from './vertex.ts'

const bendSize = { width: 0, height: 2 }

/** More bends than this cost more time than the picture wins by them; further long lines go straight. */
const bendLimit = 40_000

/**
 * The vertices by layer. Lines that reach further than the next layer get a bend in each layer between,
 * so that they find their way around boxes; those of one vertex share their bends.
 */
export function withBends(vertices: readonly Vertex[]): Layers {
  const layers: Vertex[][] = []
  for (const vertex of vertices) add(vertex, layers)
  let left = bendLimit
  for (const vertex of vertices.toSorted((a, b) => reachOf(a.after) - reachOf(b.after))) {
    left -= Math.max(0, reachOf(vertex.after) - 1)
    if (left < 0) break
    bend(vertex, layers)
  }
  return layers
}

function add(vertex: Vertex, layers: Vertex[][]): void {
  const layer = (layers[vertex.layer] ??= [])
  vertex.row = layer.length
  layer.push(vertex)
}

/** How many layers its longest line crosses. */
const reachOf = (links: readonly Link[]): number =>
  links.reduce((most, { from, to }) => Math.max(most, to.layer - from.layer), 0)

function bend(vertex: Vertex, layers: Vertex[][]): void {
  const long = vertex.after.filter(({ to }) => to.layer > vertex.layer + 1)
  if (long.length === 0) return
  vertex.after = vertex.after.filter(({ to }) => to.layer === vertex.layer + 1)
  const bends = chain(vertex, reachOf(long) - 1, layers)
  for (const link of long) {
    link.from = bends[link.to.layer - vertex.layer - 2] ?? vertex
    link.from.after.push(link)
  }
}

/** So many bends in a row behind a vertex, each in the next layer. */
function chain(vertex: Vertex, length: number, layers: Vertex[][]): readonly Vertex[] {
  const bends: Vertex[] = []
  for (let step = 1; step <= length; step++) {
    const next = vertexOf('bend', bendSize)
    next.layer = vertex.layer + step
    add(next, layers)
    connect({ from: bends.at(-1) ?? vertex, to: next, label: null })
    bends.push(next)
  }
  return bends
}

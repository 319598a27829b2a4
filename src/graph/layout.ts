/**
 * Where the boxes and lines of a graph go, left to right. Layers by longest path; lines that cross
 * several layers bend once in each; orders with few crossings by barycentre sweeps; heights by pulling
 * everything towards its neighbours. The same graph gives the same picture; the time grows about as the
 * number of boxes and lines.
 */
import { withBends } from './layout/bends.ts'
import { type Columns, columnsOf } from './layout/columns.ts'
import type { Edge, Rectangle, Size } from './layout/geometry.ts'
import { joined } from './layout/junctions.ts'
import { layered } from './layout/layers.ts'
import { type Line, linesOf } from './layout/lines.ts'
import { ordered } from './layout/order.ts'
import { settle } from './layout/rows.ts'
import { type Vertex, vertexOf } from './layout/vertex.ts'

export type { Rectangle, Size } from './layout/geometry.ts'
export type { Line } from './layout/lines.ts'

export interface Layout extends Size {
  /** One for each size that was given, in their order; those of one layer are equally wide. */
  readonly boxes: readonly Rectangle[]
  readonly lines: readonly Line[]
}

/** Lines that would lead back to where they came from (there are none in a plan) are left out. */
export function layout(sizes: readonly Size[], edges: readonly Edge[]): Layout {
  const boxes = sizes.map((size) => vertexOf('box', size))
  const graph = layered(joined(boxes, edges))
  const layers = ordered(withBends(graph))
  settle(layers)
  const columns = columnsOf(layers)
  return {
    width: columns.width,
    height: Math.max(0, ...layers.map(bottomOf)),
    boxes: boxes.map((vertex) => rectangleOf(vertex, columns)),
    lines: linesOf(layers, columns),
  }
}

/** Of a layer the last one is the lowest. */
function bottomOf(layer: readonly Vertex[]): number {
  const last = layer.at(-1)
  return last === undefined ? 0 : last.y + last.height / 2
}

function rectangleOf({ layer, y, height }: Vertex, columns: Columns): Rectangle {
  const { left, right } = columns.at(layer)
  return { x: left, y: y - height / 2, width: right - left, height }
}

import type { Layers, Vertex } from './vertex.ts'

/** From where to where a layer goes, in pixels. */
interface Column {
  readonly left: number
  readonly right: number
}

export interface Columns {
  readonly width: number
  at(layer: number): Column
}

const narrowest = 44
/** Beside a label, so that the line is seen on both sides of it. */
const besideLabel = 44
/** Many lines need room to turn. */
const perLine = 1.5
const mostForLines = 60

/** As wide as the widest box of each layer, with room for the lines and labels between. */
export function columnsOf(layers: Layers): Columns {
  const columns: Column[] = []
  let left = 0
  let right = 0
  for (const layer of layers) {
    right = left + widest(layer.map(({ width }) => width))
    columns.push({ left, right })
    left = right + gapBehind(layer)
  }
  return { width: right, at: (layer) => columns[layer] ?? { left: 0, right: 0 } }
}

const widest = (widths: readonly number[]): number =>
  widths.reduce((most, width) => Math.max(most, width), 0)

function gapBehind(layer: readonly Vertex[]): number {
  const links = layer.flatMap(({ after }) => after)
  const label = widest(links.map((link) => link.label?.width ?? 0))
  const forLines = narrowest + Math.min(mostForLines, links.length * perLine)
  return Math.ceil(Math.max(forLines, label === 0 ? 0 : label + besideLabel))
}

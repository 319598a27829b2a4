import type { Columns } from './columns.ts'
import type { Label, Point } from './geometry.ts'
import { spread } from './spread.ts'
import type { Layers, Link, Vertex } from './vertex.ts'

/** Level from `start` to `leave`, then a curve to `enter`, then level to `end`. */
export interface Line {
  readonly start: Point
  readonly leave: number
  readonly enter: number
  readonly end: Point
  /** At which kinds of points it begins and ends. */
  readonly from: Vertex['kind']
  readonly to: Vertex['kind']
  readonly label: (Label & { readonly at: Point }) | null
}

export const linesOf = (layers: Layers, columns: Columns): readonly Line[] =>
  layers.flatMap((layer) => {
    const lines = layer.flatMap(({ after }) => after.map((link) => lineOf(link, columns)))
    return withLabelsApart(lines)
  })

function lineOf({ from, to, label }: Link, columns: Columns): Line {
  const source = columns.at(from.layer)
  const target = columns.at(to.layer)
  const start = from.kind === 'junction' ? (source.left + source.right) / 2 : source.right
  const line = {
    start: { x: start, y: from.y },
    leave: source.right,
    enter: target.left,
    end: { x: endOf(to, target), y: to.y },
    from: from.kind,
    to: to.kind,
  }
  const at = { x: (line.leave + line.enter) / 2, y: (from.y + to.y) / 2 }
  return { ...line, label: label && { ...label, at } }
}

function endOf({ kind }: Vertex, { left, right }: { left: number; right: number }): number {
  if (kind === 'box') return left
  return kind === 'junction' ? (left + right) / 2 : right
}

const labelHeight = 15

/** Labels of one gap between layers, moved so that none covers another. */
function withLabelsApart(lines: readonly Line[]): readonly Line[] {
  const labelled = lines
    .filter(({ label }) => label !== null)
    .toSorted((a, b) => middle(a) - middle(b))
  const wishes = labelled.map((line) => ({ at: middle(line), weight: 1, distance: labelHeight }))
  const heights = spread(wishes)
  const moved = new Map(labelled.map((line, index) => [line, heights[index] ?? middle(line)]))
  return lines.map((line) => {
    const y = moved.get(line)
    if (line.label === null || y === undefined) return line
    return { ...line, label: { ...line.label, at: { x: line.label.at.x, y } } }
  })
}

const middle = ({ start, end }: Line): number => (start.y + end.y) / 2

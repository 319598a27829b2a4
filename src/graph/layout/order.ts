import { counter } from './counter.ts'
import type { Layers, Link, Vertex } from './vertex.ts'

/** After so many sweeps in a row that brought nothing it is enough. */
const patience = 3
const mostSweeps = 16

/**
 * The layers, each so ordered that few lines cross: a vertex moves to the mean place of its neighbours in
 * the layer before, then in the layer behind, and the best order of all sweeps stays. What there is
 * nothing to say about keeps the order in which it came.
 */
export function ordered(layers: Layers): Layers {
  let best = layers
  let least = crossings(layers)
  let current = layers
  for (let sweep = 0, idle = 0; least > 0 && idle < patience && sweep < mostSweeps; sweep++) {
    current = sweep % 2 === 0 ? forward(current) : backward(current)
    const found = crossings(current)
    idle = found < least ? 0 : idle + 1
    if (found >= least) continue
    best = current
    least = found
  }
  best.forEach(number)
  return best
}

const forward = (layers: Layers): Layers => layers.map((layer) => sorted(layer, rowsBefore))

const backward = (layers: Layers): Layers =>
  layers
    .toReversed()
    .map((layer) => sorted(layer, rowsAfter))
    .toReversed()

const rowsBefore = ({ layer, before }: Vertex): readonly number[] =>
  before.flatMap(({ from }) => (from.layer === layer - 1 ? from.row : []))

const rowsAfter = ({ layer, after }: Vertex): readonly number[] =>
  after.flatMap(({ to }) => (to.layer === layer + 1 ? to.row : []))

function sorted(
  layer: readonly Vertex[],
  rowsBeside: (vertex: Vertex) => readonly number[],
): readonly Vertex[] {
  const wanted = new Map(layer.map((vertex) => [vertex, mean(rowsBeside(vertex)) ?? vertex.row]))
  const result = layer.toSorted((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))
  number(result)
  return result
}

const mean = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length

function number(layer: readonly Vertex[]): void {
  layer.forEach((vertex, row) => {
    vertex.row = row
  })
}

/** By the rows as they are. */
const crossings = (layers: Layers): number =>
  layers.reduce((sum, layer) => {
    const links = layer.flatMap(({ after }) => after.filter(isShort))
    return sum + inversions(links)
  }, 0)

const isShort = ({ from, to }: Link): boolean => to.layer === from.layer + 1

/** Two lines cross when their left ends are in the other order than their right ends. */
function inversions(links: readonly Link[]): number {
  const rights = links
    .toSorted((a, b) => a.from.row - b.from.row || a.to.row - b.to.row)
    .map(({ to }) => to.row)
  const seen = counter(rights.reduce((most, row) => Math.max(most, row), 0) + 1)
  return rights.reduce((sum, row, index) => {
    const notBelow = seen.upTo(row)
    seen.add(row)
    return sum + index - notBelow
  }, 0)
}

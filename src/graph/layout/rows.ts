import { spread } from './spread.ts'
import type { Layers, Vertex } from './vertex.ts'

const gap = 14
/** Lines that pass through may run closer to each other than boxes stand. */
const bendGap = 8
const rounds = 6
/** A line that passes through shall be straight more than a box shall be in the middle. */
const bendWeight = 4
/** What has no neighbours on the side that is looked at stays where it is, unless it is in the way. */
const idleWeight = 0.05

/** Gives every vertex its height, from 0 downwards, in the order of its layer. */
export function settle(layers: Layers): void {
  for (const layer of layers) stack(layer)
  for (let round = 0; round < rounds; round++) {
    for (const layer of layers) pull(layer, left)
    for (const layer of layers.toReversed()) pull(layer, right)
  }
  for (const layer of layers) pull(layer, (vertex) => [...left(vertex), ...right(vertex)])
  raise(layers)
}

function stack(layer: readonly Vertex[]): void {
  layer.forEach((vertex, row) => {
    const above = layer[row - 1]
    vertex.y = above === undefined ? vertex.height / 2 : above.y + distance(above, vertex)
  })
}

const left = ({ before }: Vertex): readonly number[] => before.map(({ from }) => from.y)
const right = ({ after }: Vertex): readonly number[] => after.map(({ to }) => to.y)

function pull(layer: readonly Vertex[], neighbours: (vertex: Vertex) => readonly number[]): void {
  const wishes = layer.map((vertex, row) => {
    const heights = neighbours(vertex)
    return {
      at: mean(heights) ?? vertex.y,
      weight: weightOf(vertex, heights.length),
      distance: distance(layer[row - 1] ?? vertex, vertex),
    }
  })
  spread(wishes).forEach((y, row) => {
    const vertex = layer[row]
    if (vertex !== undefined) vertex.y = y
  })
}

function weightOf({ kind }: Vertex, neighbours: number): number {
  if (neighbours === 0) return idleWeight
  return kind === 'box' ? 1 : bendWeight
}

const mean = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length

const distance = (above: Vertex, below: Vertex): number =>
  (above.height + below.height) / 2 +
  (above.kind === 'bend' && below.kind === 'bend' ? bendGap : gap)

/** Moves everything so that the highest top is at 0. */
function raise(layers: Layers): void {
  const top = layers.reduce((least, [first]) => {
    return first === undefined ? least : Math.min(least, first.y - first.height / 2)
  }, Infinity)
  for (const layer of layers) for (const vertex of layer) vertex.y -= top
}

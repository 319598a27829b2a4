export interface Wish {
  /** Where it would like to be. */
  readonly at: number
  /** How much it insists; above 0. */
  readonly weight: number
  /** How far it must stay from the one before; of the first one it means nothing. */
  readonly distance: number
}

/**
 * The places nearest to what is wished (in weighted squares) that keep the order and the distances.
 * Wishes that get in each other's way are merged into a block, which goes to their mean.
 */
export function spread(wishes: readonly Wish[]): readonly number[] {
  const offsets: number[] = []
  const blocks: Block[] = []
  wishes.forEach(({ at, weight, distance }, index) => {
    const offset = index === 0 ? 0 : (offsets[index - 1] ?? 0) + distance
    offsets.push(offset)
    blocks.push(merged({ sum: (at - offset) * weight, weight, count: 1 }, blocks))
  })
  const places = blocks.flatMap((block) =>
    Array.from({ length: block.count }, () => placeOf(block)),
  )
  return places.map((place, index) => place + (offsets[index] ?? 0))
}

/** Wishes that stand as close as they may; the sums are without their distances. */
interface Block {
  readonly sum: number
  readonly weight: number
  readonly count: number
}

const placeOf = ({ sum, weight }: Block): number => sum / weight

/** Takes the blocks off the end that `block` would have to pass, and makes one of them all. */
function merged(block: Block, blocks: Block[]): Block {
  let last = block
  for (let above = blocks.at(-1); above !== undefined; above = blocks.at(-1)) {
    if (placeOf(above) <= placeOf(last)) break
    blocks.pop()
    last = together(above, last)
  }
  return last
}

const together = (a: Block, b: Block): Block => ({
  sum: a.sum + b.sum,
  weight: a.weight + b.weight,
  count: a.count + b.count,
})

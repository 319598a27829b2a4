const gatherMs = 30

/** Gathers what is started within 30 ms and starts it in another order, the same in every run. */
export const makeShuffler = (): ((start: () => void) => void) => {
  let gathered: (() => void)[] = []
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const startAll = () => {
    const starts = gathered.map((start) => ({ start, rank: random() }))
    gathered = []
    for (const { start } of starts.toSorted((one, two) => one.rank - two.rank)) start()
  }
  return (start) => {
    gathered.push(start)
    if (gathered.length === 1) setTimeout(startAll, gatherMs)
  }
}

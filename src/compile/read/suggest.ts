/** The known name that `name` was probably meant to be; null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: string | null = null
  let least = limit + 1
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least && candidate !== name) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** `Did you mean …?` where there is something to suggest, else the other advice. */
export const orHint = (suggestion: string | null, otherwise: string | null): string | null =>
  suggestion === null ? otherwise : `Did you mean ${suggestion}?`

/** Names for a message: all of them when they are few. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12)
  return names.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ')
}

/** Insertions, deletions, changes and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  // A name this long is no typing mistake, and the table would grow with its square.
  if (Math.max(from.length, to.length) > 80) return from === to ? 0 : 80
  let before: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) row.push(cost({ from, to, i, j, row, previous, before }))
    before = previous
    previous = row
  }
  return previous[to.length] ?? 0
}

interface Cell {
  readonly from: string
  readonly to: string
  readonly i: number
  readonly j: number
  readonly row: readonly number[]
  readonly previous: readonly number[]
  readonly before: readonly number[]
}

function cost({ from, to, i, j, row, previous, before }: Cell): number {
  const changed = from[i - 1] === to[j - 1] ? 0 : 1
  const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
  return Math.min(
    get(previous, j) + 1,
    get(row, j - 1) + 1,
    get(previous, j - 1) + changed,
    swapped ? get(before, j - 2) + 1 : Infinity,
  )
}

const get = (numbers: readonly number[], index: number): number => numbers[index] ?? Infinity

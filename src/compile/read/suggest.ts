/** Of more names than this, the first are looked at: a suggestion must not cost more than it is worth. */
const candidatesLimit = 200

/** The known name that `name` was probably meant to be; null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  const limit = Math.max(1, Math.floor(name.length / 3))
  let best: string | null = null
  let least = limit + 1
  for (const candidate of known.slice(0, candidatesLimit)) {
    if (Math.abs(candidate.length - name.length) >= least) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least && candidate !== name) {
      best = candidate
      least = distance
    }
  }
  return best
}

/** `Did you mean …?` where a known name is near, else the other advice; computed when it is shown. */
export const didYouMean =
  (name: string, known: Iterable<string>, otherwise: string | null = null) =>
  (): string | null => {
    const near = nearest(name, [...known])
    return near === null ? otherwise : `Did you mean ${near}?`
  }

/** Names for a message: all of them when they are few. */
export function listed(names: Iterable<string>): string {
  const shown = Iterator.from(names).take(13).toArray()
  return shown.length > 12 ? `${shown.slice(0, 12).join(', ')}, …` : shown.join(', ')
}

/** A name this long is no typing mistake, and the work grows with its square. */
const longestName = 80

/** Insertions, deletions, changes and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  if (Math.max(from.length, to.length) > longestName) return longestName
  let before: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const changed = from[i - 1] === to[j - 1] ? 0 : 1
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const viaSwap = swapped ? at(before, j - 2) + 1 : Infinity
      const viaGap = Math.min(at(previous, j), at(row, j - 1)) + 1
      row.push(Math.min(viaGap, at(previous, j - 1) + changed, viaSwap))
    }
    before = previous
    previous = row
  }
  return at(previous, to.length)
}

const at = (numbers: readonly number[], index: number): number => numbers[index] ?? Infinity

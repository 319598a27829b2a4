/**
 * How far a search may jump where no pattern has begun (Wu and Manber): the three bytes at which the
 * shortest pattern would end, if it began here, tell how many places further on one can begin at the
 * earliest. Most bytes of a log are never looked at that way.
 */
export interface Skip {
  /** By `hashOf` three bytes: so many places cannot be the beginning of a pattern; 0: this one may be. */
  readonly places: Uint8Array
  /** How many bytes are looked ahead: the length of the shortest pattern, or less. */
  readonly length: number
}

const hashBits = 16
const blockBytes = 3
/** What a place in the table can hold, and more than enough. */
const mostLength = 255

/** Null when the shortest pattern is too short for a jump. */
export function skipOf(patterns: readonly Uint8Array[]): Skip | null {
  const length = patterns.reduce((least, { length: own }) => Math.min(least, own), mostLength)
  if (length <= blockBytes) return null
  const places = new Uint8Array(2 ** hashBits).fill(length - blockBytes + 1)
  for (const pattern of patterns) {
    for (let end = blockBytes; end <= length; end++) {
      const hash = hashOf(pattern, end)
      places[hash] = Math.min(places[hash] ?? 0, length - end)
    }
  }
  return { places, length }
}

/** Of the three bytes before `end`. Others may have the same; they only make jumps shorter. */
export const hashOf = (bytes: Uint8Array, end: number): number =>
  Math.imul(
    ((bytes[end - 3] ?? 0) << 16) | ((bytes[end - 2] ?? 0) << 8) | (bytes[end - 1] ?? 0),
    0x9e3779b1,
  ) >>>
  (32 - hashBits)

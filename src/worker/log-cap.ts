/** How much of a step's log is stored, in bytes: `most` altogether, of which `tail` at its end. */
export interface LogLimits {
  readonly most: number
  readonly tail: number
}

/** Lets the beginning of a log pass as it comes, and keeps its end back until it is known. */
export interface LogCap {
  /** What is to be stored now: all of it, or nothing. */
  pass(pieces: readonly Uint8Array[]): readonly Uint8Array[]
  /** True when what comes from now on is only kept back. */
  full(): boolean
  /** The end, with a line that says how much is missing before it. To be stored in one piece. */
  rest(): readonly Uint8Array[]
}

/**
 * `size` bytes are stored already. The beginning ends where a piece ends, a little beyond its limit, so that
 * a log which is larger than that has had its beginning.
 */
export function logCap({ most, tail }: LogLimits, size: number): LogCap {
  const head = Math.max(0, most - tail)
  const last = lastBytes(tail)
  let stored = size
  const full = (): boolean => stored > head
  return {
    full,
    pass: (pieces) => {
      if (full()) {
        for (const piece of pieces) last.add(piece)
        return []
      }
      for (const piece of pieces) stored += piece.length
      return full() ? [...pieces, line(`more than ${inWords(head)}: ${rule(tail)}`)] : pieces
    },
    rest: () => last.take(),
  }
}

const rule = (tail: number): string =>
  `from here on only the last ${inWords(tail)} are kept, and shown when the step ends`

interface LastBytes {
  add(piece: Uint8Array): void
  take(): readonly Uint8Array[]
}

/** The newest bytes in a ring, which is made when it is needed. Copies, since a small piece may be part of a large one. */
function lastBytes(size: number): LastBytes {
  let ring: Buffer = Buffer.alloc(0)
  let total = 0
  return {
    add: (piece) => {
      if (total === 0 && piece.length > 0) ring = Buffer.alloc(size)
      const kept = piece.subarray(Math.max(0, piece.length - size))
      const at = (total + piece.length - kept.length) % Math.max(1, size)
      ring.set(kept.subarray(0, size - at), at)
      ring.set(kept.subarray(size - at))
      total += piece.length
    },
    take: () => {
      if (total <= size) return [ring.subarray(0, total)]
      const at = total % Math.max(1, size)
      const end = fromALine(Buffer.concat([ring.subarray(at), ring.subarray(0, at)]))
      return [line(`${total - end.length} bytes are left out here`), end]
    },
  }
}

/** From the first beginning of a line, if there is one. */
function fromALine(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\n')
  return end < 0 ? bytes : bytes.subarray(end + 1)
}

const line = (text: string): Buffer => Buffer.from(`\n[${text}]\n`)

/** E.g. `255 MiB`. */
function inWords(bytes: number): string {
  const [size, unit] = bytes >= 2 ** 20 ? [2 ** 20, 'MiB'] : [2 ** 10, 'KiB']
  return bytes < 2 ** 10 ? `${bytes} bytes` : `${Math.round(bytes / size)} ${unit}`
}

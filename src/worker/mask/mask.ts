/**
 * Hides secrets in what steps print: the forms in which a secret may show (`forms`), the automaton that
 * finds them all (`automaton`), the jumps over what cannot be one (`skip`), and the stream that replaces
 * what was found (here).
 */
import { type Automaton, automatonOf, follow } from './automaton.ts'
import { formsOf } from './forms.ts'
import { hashOf, type Skip, skipOf } from './skip.ts'

/** What a secret is replaced by, however long it is. */
const stars = '****'
const starBytes = Buffer.from(stars)

/** A stream of bytes on its way through. */
export interface Mask {
  /**
   * What may be shown now. What may be the beginning of a secret is kept back until it is known to be
   * one or none. The answer may share memory with `piece`; what is kept back does not.
   */
  pass(piece: Uint8Array): readonly Uint8Array[]
  /** What was kept back and cannot become a secret any more, since nothing follows. */
  rest(): readonly Uint8Array[]
  /**
   * How many of the bytes that came in are decided: all that they stand for was given out. A new mask that
   * goes on with the first one that is not shows the same as this one would.
   */
  decided(): number
}

/** All that a task must not show. */
export interface Masking {
  begin(): Mask
  /** Of a sentence that is not part of a log. */
  text(text: string): string
}

/** Values that CircleCI would not hide are not hidden: short ones, and `true` and `false`. */
export function maskingOf(secrets: readonly string[]): Masking {
  const forms = formsOf(secrets)
  if (forms.length === 0) return nothingHidden
  const automaton = automatonOf(forms)
  const skip = skipOf(forms)
  const begin = (): Mask => new AutomatonMask(automaton, skip)
  return {
    begin,
    text: (text) => {
      const mask = begin()
      const shown = [...mask.pass(Buffer.from(text)), ...mask.rest()]
      return Buffer.concat(shown).toString()
    },
  }
}

const nothingHidden: Masking = {
  begin: () => {
    let size = 0
    return {
      pass: (piece) => {
        size += piece.length
        return [piece]
      },
      rest: () => [],
      decided: () => size,
    }
  },
  text: (text) => text,
}

/** From its first byte to before `end`, counted over the whole stream. */
interface Stretch {
  readonly start: number
  readonly end: number
}

class AutomatonMask implements Mask {
  readonly #automaton: Automaton
  readonly #skip: Skip | null
  #state = 0
  /** Bytes that came in. */
  #size = 0
  /** Bytes that are decided. */
  #decided = 0
  /** The bytes from `#heldFrom` to `#size`. */
  #held: Uint8Array = new Uint8Array()
  #heldFrom = 0
  /** What was found and is not yet given out, in order and apart. Secrets that overlap are one. */
  readonly #found: Stretch[] = []

  constructor(automaton: Automaton, skip: Skip | null) {
    this.#automaton = automaton
    this.#skip = skip
  }

  pass(piece: Uint8Array): readonly Uint8Array[] {
    this.#search(piece)
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    this.#size += piece.length
    return this.#give(this.#size - (this.#automaton.depth[this.#state] ?? 0))
  }

  rest(): readonly Uint8Array[] {
    this.#state = 0
    return this.#give(this.#size)
  }

  decided(): number {
    return this.#decided
  }

  #search(piece: Uint8Array): void {
    const automaton = this.#automaton
    const { table, rows, match } = automaton
    const skip = this.#skip
    const before = this.#size
    const size = piece.length
    let state = this.#state
    for (let at = 0; at < size; at++) {
      if (state === 0 && skip) at = possibleFrom(piece, at, skip)
      const byte = piece[at] ?? 0
      state = state < rows ? (table[state * 256 + byte] ?? 0) : follow(automaton, state, byte)
      const length = match[state] ?? 0
      if (length > 0) this.#find(before + at + 1, length)
    }
    this.#state = state
  }

  #find(end: number, length: number): void {
    let start = end - length
    for (let last = this.#found.at(-1); last && last.end > start; last = this.#found.at(-1)) {
      start = Math.min(start, last.start)
      this.#found.pop()
    }
    this.#found.push({ start, end })
  }

  /** Gives out what lies before `safe`: no secret that is not found yet begins there. */
  #give(safe: number): readonly Uint8Array[] {
    const shown: Uint8Array[] = []
    let given = 0
    for (let next = this.#found[0]; next && next.end <= safe; next = this.#found[++given]) {
      this.#show(next.start, shown)
      shown.push(starBytes)
      this.#decided = next.end
    }
    this.#found.splice(0, given)
    // A secret that may still turn out to be a longer one is not decided, and its bytes are not needed.
    this.#show(Math.min(safe, this.#found[0]?.start ?? safe), shown)
    this.#hold(safe)
    return shown
  }

  #show(end: number, shown: Uint8Array[]): void {
    const from = Math.max(this.#decided, this.#heldFrom)
    if (end > from) shown.push(this.#held.subarray(from - this.#heldFrom, end - this.#heldFrom))
    this.#decided = Math.max(this.#decided, end)
  }

  #hold(from: number): void {
    // A copy: the piece is the reader's, and may be large.
    this.#held = Uint8Array.from(this.#held.subarray(from - this.#heldFrom))
    this.#heldFrom = from
  }
}

/** The first place, `from` or later, where a pattern may begin as far as its beginning can be seen. */
function possibleFrom(bytes: Uint8Array, from: number, { places, length }: Skip): number {
  const last = bytes.length - length
  let at = from
  while (at <= last) {
    const jump = places[hashOf(bytes, at + length)] ?? 0
    if (jump === 0) return at
    at += jump
  }
  return at
}

/**
 * Aho-Corasick: finds all of many patterns in one pass, so that a byte of log costs the same whether there
 * is one secret or a thousand.
 *
 * A state stands for the beginning of a pattern; the root, 0, for the empty one. States are numbered level
 * by level and the followers of a state one after the other. Nearly all bytes of a log stay near the root,
 * so the first states have a complete row of followers; the many deep ones have their own followers and
 * the state to fall back to, so that a private key in all its forms takes a few bytes a state.
 */
export interface Automaton {
  /** 256 followers a state, for the first `rows` states. */
  readonly table: Int32Array
  readonly rows: number
  /** Length of what a state stands for. */
  readonly depth: Int32Array
  /** Length of the longest pattern that ends at a state; 0: none does. */
  readonly match: Int32Array
  /** The state of the longest proper suffix. */
  readonly fallback: Int32Array
  /** The followers of a state are from `first[state]` to before `first[state + 1]`. */
  readonly first: Int32Array
  /** The byte that leads to a state. */
  readonly byte: Uint8Array
}

/** Two megabytes of rows. */
const mostRows = 2048

/** None of `patterns` may be empty. */
export function automatonOf(patterns: readonly Uint8Array[]): Automaton {
  const trie = trieOf(patterns.toSorted((one, other) => Buffer.compare(one, other)))
  const states = trie.depth.length
  const rows = Math.min(states, mostRows)
  const automaton = {
    ...trie,
    rows,
    table: new Int32Array(rows * 256),
    fallback: new Int32Array(states),
  }
  for (let state = 0; state < states; state++) link(automaton, state)
  return automaton
}

/** The state after `byte`. */
export function follow(automaton: Automaton, from: number, byte: number): number {
  const { table, rows, fallback } = automaton
  let state = from
  while (state >= rows) {
    const next = followerOf(automaton, state, byte)
    if (next >= 0) return next
    state = fallback[state] ?? 0
  }
  return table[state * 256 + byte] ?? 0
}

function followerOf(automaton: Automaton, state: number, byte: number): number {
  const end = automaton.first[state + 1] ?? 0
  for (let next = automaton.first[state] ?? 0; next < end; next++)
    if (automaton.byte[next] === byte) return next
  return -1
}

type Trie = Pick<Automaton, 'depth' | 'match' | 'first' | 'byte'>

/** Each state is a stretch of the sorted patterns: those that begin with what it stands for. */
function trieOf(sorted: readonly Uint8Array[]): Trie {
  const most = sorted.reduce((sum, pattern) => sum + pattern.length, 1)
  const begin = new Int32Array(most)
  const end = new Int32Array(most)
  const depth = new Int32Array(most)
  const match = new Int32Array(most)
  const first = new Int32Array(most + 1)
  const byte = new Uint8Array(most)
  end[0] = sorted.length
  let count = 1
  for (let state = 0; state < count; state++) {
    const length = depth[state] ?? 0
    const last = end[state] ?? 0
    let at = begin[state] ?? 0
    first[state] = count
    // What ends here sorts before what goes on.
    for (; at < last && sorted[at]?.length === length; at++) match[state] = length
    while (at < last) {
      const next = sorted[at]?.[length] ?? 0
      byte[count] = next
      depth[count] = length + 1
      begin[count] = at
      while (at < last && sorted[at]?.[length] === next) at++
      end[count++] = at
    }
  }
  first[count] = count
  return {
    depth: depth.slice(0, count),
    match: match.slice(0, count),
    first: first.slice(0, count + 1),
    byte: byte.slice(0, count),
  }
}

/** Finishes a state's row and its followers. Whatever it falls back to is finished before it. */
function link(automaton: Automaton, state: number): void {
  const { table, rows, fallback, first, byte, match } = automaton
  const back = fallback[state] ?? 0
  if (state > 0 && state < rows) table.copyWithin(state * 256, back * 256, back * 256 + 256)
  for (let next = first[state] ?? 0; next < (first[state + 1] ?? 0); next++) {
    const letter = byte[next] ?? 0
    fallback[next] = state === 0 ? 0 : follow(automaton, back, letter)
    match[next] ||= match[fallback[next] ?? 0] ?? 0
    if (state < rows) table[state * 256 + letter] = next
  }
}

/** Counts whole numbers below `size`; how many were at most so large is told in logarithmic time. */
export function counter(size: number) {
  // A Fenwick tree: a cell holds the count of as many numbers as its last set bit says.
  const cells = new Uint32Array(size + 1)
  return {
    add(value: number): void {
      for (let at = value + 1; at <= size; at += at & -at) cells[at] = (cells[at] ?? 0) + 1
    },
    upTo(value: number): number {
      let sum = 0
      for (let at = value + 1; at > 0; at -= at & -at) sum += cells[at] ?? 0
      return sum
    },
  }
}

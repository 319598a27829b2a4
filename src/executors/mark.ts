/** Cuts a log that comes in pieces at its end mark. */
export interface MarkedLog {
  /**
   * What can be passed on of the bytes so far, never the mark or what may become one. May share memory
   * with `bytes`.
   */
  pass(bytes: Buffer): Buffer
  ended(): boolean
  /** What looks like the beginning of a mark. */
  held(): Buffer
}

export function untilMark(mark: Buffer): MarkedLog {
  let held: Buffer = Buffer.alloc(0)
  let ended = false
  return {
    pass: (fresh) => {
      if (ended) return Buffer.alloc(0)
      const bytes = held.length === 0 ? fresh : Buffer.concat([held, fresh])
      const at = bytes.indexOf(mark)
      ended = at >= 0
      const end = ended ? at : bytes.length - beginningOf(mark, bytes)
      held = ended ? Buffer.alloc(0) : Buffer.from(bytes.subarray(end))
      return bytes.subarray(0, end)
    },
    ended: () => ended,
    held: () => held,
  }
}

/** How many bytes at the end of `bytes` are the beginning of `mark`. */
function beginningOf(mark: Buffer, bytes: Buffer): number {
  const most = Math.min(mark.length - 1, bytes.length)
  for (let length = most; length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(mark.subarray(0, length))) return length
  }
  return 0
}

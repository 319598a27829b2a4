const star = '*'.charCodeAt(0)

/**
 * Hides secrets in a stream of bytes, also where one is split between two pieces. Each is replaced by as
 * many stars, since logs are counted in bytes of what the step printed.
 */
export interface Mask {
  /** What may be shown of this piece and of what was kept back; the rest is kept back. */
  pass(piece: Uint8Array): Uint8Array
  /** What was kept back. */
  rest(): Uint8Array
}

export function maskFor(secrets: readonly string[]): Mask {
  const hidden = secrets.filter((secret) => secret !== '').map((secret) => Buffer.from(secret))
  let kept: Buffer = Buffer.alloc(0)
  return {
    pass: (piece) => {
      if (hidden.length === 0) return piece
      const whole = covered(Buffer.concat([kept, piece]), hidden)
      const shown = whole.length - Math.max(...hidden.map((secret) => begun(whole, secret)))
      kept = whole.subarray(shown)
      return whole.subarray(0, shown)
    },
    rest: () => {
      const last = kept
      kept = Buffer.alloc(0)
      return last
    },
  }
}

function covered(bytes: Buffer, secrets: readonly Buffer[]): Buffer {
  for (const secret of secrets)
    for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at + secret.length))
      bytes.fill(star, at, at + secret.length)
  return bytes
}

/** How many of the last bytes may be the beginning of the secret. */
function begun(bytes: Buffer, secret: Buffer): number {
  for (let length = Math.min(secret.length - 1, bytes.length); length > 0; length--)
    if (bytes.subarray(bytes.length - length).equals(secret.subarray(0, length))) return length
  return 0
}

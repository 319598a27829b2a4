/** A piece of what a process in a container printed. */
export interface Frame {
  readonly from: 'stdout' | 'stderr'
  readonly bytes: Buffer
}

const headerBytes = 8

/**
 * Takes apart how the engine interleaves the two streams of a process: a header (1 or 2, three zeros, the
 * length), then so many bytes. Large frames are passed on in pieces as they come; nothing is read ahead.
 * Throws for anything else, and when the connection ends inside a frame.
 */
export async function* framesOf(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Frame, void, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  let from: Frame['from'] = 'stdout'
  let left = 0
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      if (left > 0 && rest.length > 0) {
        const bytes = rest.subarray(0, left)
        left -= bytes.length
        rest = rest.subarray(bytes.length)
        yield { from, bytes }
      }
      if (left > 0 || rest.length < headerBytes) break
      from = streamIn(rest)
      left = rest.readUInt32BE(4)
      rest = rest.subarray(headerBytes)
    }
  }
  if (left > 0 || rest.length > 0) throw new Error('the output was cut off')
}

function streamIn(header: Buffer): Frame['from'] {
  const kind = header.readUInt8(0)
  if (kind > 2) throw new Error('the Docker engine sent what is no frame')
  return kind === 2 ? 'stderr' : 'stdout'
}

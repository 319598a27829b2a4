/** Invisible characters that reorder or hide what follows: text from outside must not lie to people. */
const unseen =
  /[\p{Cc}\u00AD\u061C\u200B-\u200F\u2028\u2029\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]+/gu

/** One line of at most `limit` bytes, without control characters. */
export const plainText = (text: string, limit: number): string =>
  cutBytes(text.toWellFormed().replaceAll(unseen, ' ').replaceAll(/ {2,}/g, ' ').trim(), limit)

/** The longest beginning of `text` that fits `limit` bytes of UTF-8, ending in `…` when something was cut. */
export function cutBytes(text: string, limit: number, mark = '…'): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return bytes.toString()
  const room = Math.max(limit - Buffer.byteLength(mark), 0)
  return `${bytes.toString('utf8', 0, boundary(bytes, room))}${mark}`
}

/** Keeps the beginning and, mostly, the end of `text` in `limit` bytes of UTF-8. */
export function cutMiddle(text: string, limit: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return bytes.toString()
  const mark = `\n… ${bytes.length} bytes, the middle is left out …\n`
  const room = Math.max(limit - Buffer.byteLength(mark), 0)
  const head = boundary(bytes, Math.floor(room / 4))
  const tail = boundaryAfter(bytes, bytes.length - (room - head))
  return `${bytes.toString('utf8', 0, head)}${mark}${bytes.toString('utf8', tail)}`
}

const continues = (byte: number | undefined): boolean =>
  byte !== undefined && (byte & 0xc0) === 0x80

function boundary(bytes: Buffer, at: number): number {
  let end = at
  while (end > 0 && continues(bytes[end])) end--
  return end
}

function boundaryAfter(bytes: Buffer, at: number): number {
  let start = at
  while (start < bytes.length && continues(bytes[start])) start++
  return start
}

export const byteLength = (text: string): number => Buffer.byteLength(text)

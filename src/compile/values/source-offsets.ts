import type { Span } from '../read/located.ts'

/** An offset in a text → the offset in the source that it was written in; null where that is hidden. */
export type Offsets = (offset: number) => number | null

/**
 * Where the characters of a scalar stand. Known for plain texts, for quoted ones without escapes and for
 * `|` blocks. `source` is the config's text; without it only plain texts are found.
 */
export function sourceOffsets(text: string, span: Span, source: string | undefined): Offsets {
  const written = (span.origin?.text ?? source)?.slice(span.start, span.end)
  const plain: Offsets = (offset) => span.start + offset
  if (written === undefined) return span.end - span.start === text.length ? plain : nowhere
  if (written === text) return plain
  if (/^["']/.test(written) && written.slice(1, -1) === text)
    return (offset) => span.start + 1 + offset
  return written.startsWith('|') ? blockOffsets(text, written, span.start) : nowhere
}

const nowhere: Offsets = () => null

/** The lines of a block are those of its text behind an indentation; before them stands the header. */
function blockOffsets(text: string, written: string, start: number): Offsets {
  const lines = linesOf(text)
  const [, ...sources] = linesOf(written)
  return (offset) => {
    const index = lines.findLastIndex((line) => line.start <= offset)
    const [line, origin] = [lines[index], sources[index]]
    if (line === undefined || !origin?.text.endsWith(line.text)) return null
    const indentation = origin.text.length - line.text.length
    return start + origin.start + indentation + offset - line.start
  }
}

function linesOf(text: string) {
  let start = 0
  return text.split('\n').map((line) => {
    const placed = { text: line, start }
    start += line.length + 1
    return placed
  })
}

import { type Code, codes } from '../codes.ts'
import { type Place, place } from '../read/located.ts'
import type { Report } from '../report.ts'
import { type Offsets, sourceOffsets } from './source-offsets.ts'

/** Part of a text, by offsets in it. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Like `Report`, about part of one text. */
export type Complain = (
  code: Code,
  range: Range,
  message: string,
  hint?: Parameters<Report>[3],
) => void

/** A text in its place. */
export interface PlacedText {
  readonly text: string
  readonly at: Place
  /** The config that it was written in, or absent. */
  readonly source: string | undefined
}

/** So much is said about one text: it may be megabytes of mistakes. */
const mostErrors = 20

/**
 * Points at the part itself where it is to be found in the source. Elsewhere, as in a folded text, the
 * whole scalar is shown, and the line is named if there are several.
 */
export function complaining(placed: PlacedText, report: Report): Complain {
  const { text, at, source } = placed
  let errors = 0
  let offsets: Offsets | null = null
  return (code, range, message, hint) => {
    if (codes[code].severity === 'error') errors += 1
    if (errors > mostErrors) return
    offsets ??= sourceOffsets(text, at.span, source)
    const part = placeOf(range, offsets, at)
    const many = part === at && text.trimEnd().includes('\n')
    const note = many ? ` (line ${lineOf(text, range.start)} of this text)` : ''
    report(code, part, message + note, hint)
  }
}

/** The place of a part of a text; the whole place where it cannot be told. */
export const partOf = ({ text, at, source }: PlacedText, range: Range): Place =>
  placeOf(range, sourceOffsets(text, at.span, source), at)

function placeOf({ start, end }: Range, offsetOf: Offsets, at: Place): Place {
  const [first, last] = [offsetOf(start), offsetOf(end)]
  if (first === null || last === null) return at
  return place({ ...at.span, start: first, end: last }, at.path)
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

/** For a part of the text that begins at `offset` and is looked at as a text of its own. */
export const shifted =
  (complain: Complain, offset: number): Complain =>
  (code, { start, end }, message, hint) =>
    complain(code, { start: start + offset, end: end + offset }, message, hint)

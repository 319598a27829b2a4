import type { Diagnostic, Where } from '../model/diagnostic.ts'
import { codes } from './codes.ts'
import type { Span } from './read/located.ts'
import { normalised } from './read/text.ts'
import type { Problem } from './report.ts'
import { columnsOf, visible } from './visible.ts'

/** Offsets → lines and columns, both counted from 1; columns count UTF-16 units. */
export type Locate = (span: Span) => Where

/** Lines and columns of a normalised text; made once a file. */
export function locator(text: string): Locate {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  const position = (offset: number) => {
    const line = lastAtMost(starts, offset)
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
  return ({ start, end }) => {
    const first = position(start)
    const last = position(Math.max(start, withoutTrailingSpace(text, start, end)))
    return { ...first, endLine: last.line, endColumn: last.column }
  }
}

function lastAtMost(numbers: readonly number[], wanted: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((numbers[middle] ?? 0) <= wanted) low = middle
    else high = middle - 1
  }
  return low
}

/** A block of text ends with its last character, not with the line break behind it. */
function withoutTrailingSpace(text: string, start: number, end: number): number {
  let last = Math.min(end, text.length)
  while (last > start && (text[last - 1] === '\n' || text[last - 1] === ' ')) last -= 1
  return last
}

export const diagnosticOf = (problem: Problem, file: string, locate: Locate): Diagnostic => ({
  code: problem.code,
  severity: codes[problem.code].severity,
  message: problem.trail === null ? problem.message : `${problem.message} (in ${problem.trail})`,
  file,
  where: locate(problem.at.span),
  hint: problem.hint,
  path: problem.at.path,
})

/**
 * A diagnostic for people: `FILE:LINE:COL: error CODE: message`, the line with a caret below it, and
 * the hint. Text of the user that would move a terminal's cursor or change its colours is made visible.
 */
export function explain(diagnostic: Diagnostic, text: string): string {
  const { file, where, severity, code, message, hint } = diagnostic
  const head = `${file}:${where.line}:${where.column}: ${severity} ${code}: ${message}`
  const lines = [visible(head), ...excerpt(where, text)]
  if (hint !== null) lines.push(`  hint: ${visible(hint)}`)
  return lines.join('\n')
}

const excerptWidth = 160

function excerpt(where: Where, text: string): readonly string[] {
  const line = normalised(text).split('\n', where.line)[where.line - 1]
  if (line === undefined || line.trim() === '') return []
  const start = where.column - 1
  const end = where.endLine === where.line ? where.endColumn - 1 : line.length
  // A very long line is shown from shortly before the place.
  const from = start > excerptWidth / 2 ? start - 40 : 0
  const before = line.slice(from, start)
  const marked = line.slice(start, Math.min(end, from + excerptWidth))
  const number = String(where.line)
  const margin = ' '.repeat(number.length)
  const carets = '^'.repeat(Math.max(1, columnsOf(marked)))
  return [
    `  ${number} | ${visible(line.slice(from, from + excerptWidth))}`,
    `  ${margin} | ${' '.repeat(columnsOf(before))}${carets}`,
  ]
}

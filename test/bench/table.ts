import { availableParallelism, loadavg } from 'node:os'
import { type Line, ratioOf } from './line.ts'

const headers = ['what', 'median', 'min – max', 'floor', '', 'ratio']

/** The lines for people, with what they were measured on. */
export function tableOf(lines: readonly Line[]): string {
  const rows = [headers, ...lines.map(cellsOf)]
  const widths = headers.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const texts = rows.map((row) =>
    row
      .map((cell, at) => pad(cell, at, widths))
      .join('  ')
      .trimEnd(),
  )
  return [machine(), '', ...texts].join('\n')
}

/** The lines for programs: milliseconds, rounded to microseconds. */
export const jsonOf = (lines: readonly Line[]): string =>
  JSON.stringify(
    {
      processors: availableParallelism(),
      load: loadavg(),
      lines: lines.map((line) => ({ ...line, ratio: ratioOf(line) })),
    },
    (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value),
    2,
  )

/** A busy machine explains bad figures. */
const machine = (): string =>
  `${availableParallelism()} processors, load ${loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')}; milliseconds`

function cellsOf(line: Line): readonly string[] {
  const { name, figure, floor } = line
  const { median, min, max } = figure
  return [
    name,
    short(median),
    `${short(min)} – ${short(max)}`,
    floor ? short(floor.ms) : '',
    floor?.name ?? '',
    ratioOf(line)?.toFixed(1) ?? '',
  ]
}

const short = (ms: number): string => (ms < 10 ? ms.toFixed(2) : ms.toFixed(1))

/** Numbers to the right, words to the left. */
const pad = (cell: string, column: number, widths: readonly number[]): string => {
  const width = widths[column] ?? 0
  return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width)
}

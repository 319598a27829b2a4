import { availableParallelism, loadavg } from 'node:os'
import { type Aim, isMet, type Line, ratioOf, type Unit } from './line.ts'

const headers = ['what', 'median', 'min – max', '', 'floor', '', 'ratio', 'aim', '']
/** Columns of words; the others hold numbers. */
const wordColumns: readonly number[] = [0, 3, 5, 7, 8]

/** The lines for people, with what they were measured on, and which aims are met. */
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
  return [machine(), '', ...texts, ...conclusion(lines)].join('\n')
}

/** The lines for programs, rounded to thousandths of their unit. */
export const jsonOf = (lines: readonly Line[]): string =>
  JSON.stringify(
    {
      processors: availableParallelism(),
      load: loadavg(),
      lines: lines.map((line) => ({
        ...line,
        unit: line.unit ?? 'ms',
        ratio: ratioOf(line),
        met: isMet(line),
      })),
    },
    (_, value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value),
    2,
  )

/** A busy machine explains bad figures. */
const machine = (): string =>
  `${availableParallelism()} processors, load ${loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')}`

function conclusion(lines: readonly Line[]): readonly string[] {
  const aimed = lines.filter(({ aim }) => aim)
  if (aimed.length === 0) return []
  const missed = aimed.filter((line) => !isMet(line))
  const met = `${aimed.length - missed.length} of ${aimed.length} aims are met`
  return ['', missed.length === 0 ? met : [`${met}; not:`, ...missed.map(nameOf)].join('\n  ')]
}

const nameOf = ({ name }: Line): string => name

function cellsOf(line: Line): readonly string[] {
  const { name, figure, floor, unit = 'ms', aim } = line
  const { median, min, max } = figure
  return [
    name,
    short(median),
    `${short(min)} – ${short(max)}`,
    unit,
    floor ? short(floor.value) : '',
    floor?.name ?? '',
    ratioOf(line)?.toFixed(1) ?? '',
    aim ? wordsFor(aim, unit) : '',
    { true: 'met', false: 'NOT MET', null: '' }[`${isMet(line)}`],
  ]
}

function wordsFor({ of, bound, value }: Aim, unit: Unit): string {
  const most = `${bound === 'at most' ? '≤' : '≥'} ${value}`
  if (of === 'ratio') return `${most} times`
  return of === 'added' ? `${most} ${unit} more` : `${most} ${unit}`
}

const short = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1))

/** Numbers to the right, words to the left. */
const pad = (cell: string, column: number, widths: readonly number[]): string => {
  const width = widths[column] ?? 0
  return wordColumns.includes(column) ? cell.padEnd(width) : cell.padStart(width)
}

import type { Spread } from './measure.ts'

/** One line of the table. */
export interface Line {
  readonly name: string
  /** In milliseconds unless `unit` says otherwise. */
  readonly figure: Spread
  readonly unit?: Unit
  /** What no program could do without here, on this machine in this run; null: it is a floor itself. */
  readonly floor: Floor | null
  readonly aim?: Aim
}

/** Of `MB/s` more is better, of the others less. */
export type Unit = 'ms' | 'MB/s' | 'MB'

export interface Floor {
  readonly name: string
  /** In the unit of its line. */
  readonly value: number
}

/** What we want of a line; of several runs the median counts. */
export interface Aim {
  /** The figure itself, what it has beyond the floor, or how many times the floor it is. */
  readonly of: 'figure' | 'added' | 'ratio'
  readonly bound: 'at most' | 'at least'
  readonly value: number
}

export const atMost = (value: number, of: Aim['of'] = 'figure'): Aim => ({
  of,
  bound: 'at most',
  value,
})

export const atLeast = (value: number): Aim => ({ of: 'figure', bound: 'at least', value })

/** How many times the floor a figure is, or how many times slower; null without a floor. */
export function ratioOf({ figure, floor, unit }: Line): number | null {
  if (!floor) return null
  return unit === 'MB/s' ? floor.value / figure.median : figure.median / floor.value
}

/** Null: there is no aim. */
export function isMet(line: Line): boolean | null {
  const { aim } = line
  if (!aim) return null
  const found = foundFor(line, aim)
  return aim.bound === 'at most' ? found <= aim.value : found >= aim.value
}

function foundFor(line: Line, { of }: Aim): number {
  const { figure, floor } = line
  if (of === 'figure') return figure.median
  if (of === 'ratio') return ratioOf(line) ?? Number.NaN
  return figure.median - (floor?.value ?? Number.NaN)
}

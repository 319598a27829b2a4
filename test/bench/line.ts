import type { Spread } from './measure.ts'

/** One line of the table. */
export interface Line {
  readonly name: string
  readonly figure: Spread
  /** What no program could do without here, on this machine in this run; null: it is a floor itself. */
  readonly floor: Floor | null
}

export interface Floor {
  readonly name: string
  /** Milliseconds. */
  readonly ms: number
}

/** How many times the floor a figure is; null without a floor. */
export const ratioOf = ({ figure, floor }: Line): number | null => floor && figure.median / floor.ms

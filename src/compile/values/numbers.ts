import type { ScalarNode } from '../read/located.ts'

/** Whole numbers keep all their digits, whatever their size. */
export type Numeric = bigint | number

/** The number that a scalar is; null when it is none. A leading 0 means octal, as in YAML 1.1. */
export function numberOf({ type, text }: ScalarNode): Numeric | null {
  if (type === 'integer') return wholeNumber(text)
  return type === 'float' ? floatingNumber(text) : null
}

export const isSameNumber = (a: Numeric, b: Numeric): boolean => a <= b && a >= b

function wholeNumber(text: string): Numeric {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '')
  const value = unsigned(digits)
  return text.startsWith('-') ? -value : value
}

/** More digits than this are no count of anything, and exact arithmetic with them would take long. */
const longestExact = 100

function unsigned(digits: string): Numeric {
  if (digits.length > longestExact) return Number(digits)
  // What is left of `0x_` stands for nothing.
  if (/^0[box]$/.test(digits)) return 0n
  return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits)
}

function floatingNumber(text: string): number {
  const digits = text.replaceAll('_', '').toLowerCase()
  const special = /^([-+]?)\.(inf|nan)$/.exec(digits)
  if (special === null) return Number(digits)
  if (special[2] === 'nan') return Number.NaN
  return special[1] === '-' ? -Infinity : Infinity
}

import type { ScalarType } from './located.ts'

const nulls = new Set(['', '~', 'null', 'Null', 'NULL'])
/** YAML 1.1, as CircleCI reads it: each word in lower case, Capitalised and UPPER CASE. */
export const truths = words('yes', 'on', 'true')
export const falsehoods = words('no', 'off', 'false')
const integer = /^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)$/
const float =
  /^[-+]?(\.[0-9]+|[0-9][0-9_]*\.[0-9_]*)([eE][-+]?[0-9]+)?$|^[-+]?[0-9]+[eE][-+]?[0-9]+$/
const special = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/

/** What an unquoted scalar is. The text itself is kept beside it: `1.10` must not become `1.1`. */
export function typeOfPlain(text: string): ScalarType {
  if (nulls.has(text)) return 'null'
  if (truths.has(text) || falsehoods.has(text)) return 'boolean'
  if (integer.test(text)) return 'integer'
  if (float.test(text) || special.test(text)) return 'float'
  return 'string'
}

/** The value of a text that `typeOfPlain` called a boolean. */
export const isTrue = (text: string): boolean => truths.has(text)

/** The value of a text that `typeOfPlain` called an integer; a leading 0 means octal, as in YAML 1.1. */
export function integerOf(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '')
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  return text.startsWith('-') ? -Number(octal) : Number(octal)
}

function words(...lower: readonly string[]): ReadonlySet<string> {
  return new Set(lower.flatMap((word) => [word, capitalised(word), word.toUpperCase()]))
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

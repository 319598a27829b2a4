import type { Place } from '../read/located.ts'
import { type Field, isNothing, listOrOne, type Reading, record, string } from '../read/reader.ts'
import { checkKeys } from './keys.ts'
import { type Pattern, patternOf } from './pattern.ts'

/** Which branches and tags a job runs on. */
export type FiltersConfig =
  | {
      readonly kind: 'refs'
      readonly at: Place
      readonly branches: RefFilter | null
      readonly tags: RefFilter | null
    }
  /** An expression, evaluated: no rule for branches or tags applies beside it. */
  | {
      readonly kind: 'expression'
      readonly at: Place
      readonly verdict: boolean | 'unknown'
      readonly because: string
    }

export interface RefFilter {
  readonly at: Place
  readonly only: Patterns | null
  readonly ignore: Patterns | null
}

export interface Patterns {
  /** Of the key `only` or `ignore`. */
  readonly at: Place
  readonly items: readonly Pattern[]
}

/** The map form; the form of an expression is the caller's. */
export function shapeFilters(field: Field | undefined, reading: Reading): FiltersConfig | null {
  if (field === undefined || isNothing(field)) return null
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, { of: 'filters', accepted: ['branches', 'tags'] }, reading)
  return {
    kind: 'refs',
    at: field.key,
    branches: refFilter(fields.all.get('branches'), reading),
    tags: refFilter(fields.all.get('tags'), reading),
  }
}

function refFilter(field: Field | undefined, reading: Reading): RefFilter | null {
  if (field === undefined) return null
  if (isNothing(field)) return { at: field.key, only: null, ignore: null }
  const fields = record(field, reading)
  if (fields === null) return null
  checkKeys(fields, { of: 'a filter', accepted: ['only', 'ignore'] }, reading)
  return {
    at: field.key,
    only: patterns(fields.all.get('only'), reading),
    ignore: patterns(fields.all.get('ignore'), reading),
  }
}

function patterns(field: Field | undefined, reading: Reading): Patterns | null {
  if (field === undefined || isNothing(field)) return null
  const texts = listOrOne(field).flatMap((item) => string(item, reading) ?? [])
  return { at: field.key, items: texts.map(patternOf) }
}

import type { Step, StepWhen } from '../../model/step.ts'
import type { Place } from '../read/located.ts'
import {
  boolean,
  type Field,
  type Fields,
  given,
  isNothing,
  lastKey,
  listOrOne,
  oneOf,
  optionalText,
  type Reading,
  record,
  required,
  string,
} from '../read/reader.ts'
import { checkKeys, type Keys } from './keys.ts'

/** A step as written. */
export type StepConfig = Placed<Step>
type Placed<S extends Step> = S extends Step ? Omit<S, 'where'> & { readonly place: Place } : never

/** What is common to every step: its place, its name and when it runs. */
interface StepFrame {
  readonly place: Place
  readonly name: string
  readonly when: StepWhen
}

const whens: readonly StepWhen[] = ['on_success', 'on_fail', 'always']

/** `name` and `when` are accepted on every step; without them it is called and runs as `usual` says. */
export function frame(
  field: Field,
  fields: Fields | null,
  usual: { readonly name: string; readonly when?: StepWhen },
  reading: Reading,
): StepFrame {
  const when = given(fields, 'when')
  const said = when && oneOf(when, whens, reading)
  return {
    place: field.key,
    name: optionalText(fields, 'name', reading) ?? usual.name,
    when: said?.value ?? usual.when ?? 'on_success',
  }
}

/** The keys of a step; null for a step that is only a word. Other forms were reported. */
export function optionsOf(
  field: Field,
  accepted: readonly string[],
  reading: Reading,
  elsewhere: Keys['elsewhere'] = {},
): Fields | null {
  if (isNothing(field)) return null
  const fields = record(field, reading)
  const of = `the step ${lastKey(field)}`
  // CircleCI lets unknown keys of steps pass even in version 2.1.
  const keys = { of, accepted: [...accepted, 'name', 'when'], elsewhere, lenient: true }
  if (fields) checkKeys(fields, keys, reading)
  return fields
}

export function requiredText(fields: Fields, key: string, reading: Reading): string | null {
  const field = required(fields, key, reading)
  return field && (string(field, reading)?.value ?? null)
}

/** The texts of a required list; one may stand without a list. */
export function requiredTexts(
  fields: Fields,
  key: string,
  reading: Reading,
): readonly string[] | null {
  const field = required(fields, key, reading)
  if (field === null || field.value.kind === 'unknown') return null
  if (field.value.kind === 'list' && field.value.items.length === 0) {
    reading.report('missing-key', field.key, `${key} is an empty list`)
    return null
  }
  return listOrOne(field).flatMap((item) => string(item, reading)?.value ?? [])
}

/** False where the key is missing. */
export function flagOf(fields: Fields | null, key: string, reading: Reading): boolean {
  const field = given(fields, key)
  return (field && boolean(field, reading)?.value) ?? false
}

export function needsKeys(field: Field, keys: string, { report }: Reading): null {
  if (isNothing(field)) report('missing-key', field.key, `${lastKey(field)} needs ${keys}`)
  return null
}

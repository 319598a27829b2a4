import type { Step, StepWhen } from '../../model/step.ts'
import type { Place } from '../read/located.ts'
import {
  type Field,
  type Fields,
  isNothing,
  lastKey,
  oneOf,
  type Reading,
  record,
  required,
  string,
} from '../read/reader.ts'
import { checkKeys } from './keys.ts'

/** A step as written. */
export type StepConfig = Placed<Step>
type Placed<S extends Step> = S extends Step ? Omit<S, 'where'> & { readonly place: Place } : never

export interface StepReading extends Reading {
  /** Steps may be calls of commands from sections that are not supported yet. */
  readonly incomplete: boolean
}

/** What is common to every step: its place, its name and when it runs. */
interface StepFrame {
  readonly place: Place
  readonly name: string
  readonly when: StepWhen
}

const whens: readonly StepWhen[] = ['on_success', 'on_fail', 'always']

/** `name` and `when` are accepted on every step. `unnamed` is what people see without a name. */
export function frame(
  field: Field,
  fields: Fields | null,
  unnamed: string,
  reading: Reading,
): StepFrame {
  const when = fields?.all.get('when')
  return {
    place: field.key,
    name: optionalText(fields, 'name', reading) ?? unnamed,
    when: (when && oneOf(when, whens, reading)?.value) ?? 'on_success',
  }
}

/** The keys of a step; null for a step that is only a word. Other forms were reported. */
export function optionsOf(
  field: Field,
  accepted: readonly string[],
  reading: Reading,
): Fields | null {
  if (isNothing(field)) return null
  const fields = record(field, reading)
  const of = `the step ${lastKey(field)}`
  if (fields) checkKeys(fields, { of, accepted: [...accepted, 'name', 'when'] }, reading)
  return fields
}

export function optionalText(fields: Fields | null, key: string, reading: Reading): string | null {
  const field = fields?.all.get(key)
  if (field === undefined || isNothing(field)) return null
  return string(field, reading)?.value || null
}

export function requiredText(fields: Fields, key: string, reading: Reading): string | null {
  const field = required(fields, key, reading)
  return field && (string(field, reading)?.value ?? null)
}

export function needsKeys(field: Field, keys: string, { report }: Reading): null {
  if (isNothing(field)) report('missing-key', field.key, `${lastKey(field)} needs ${keys}`)
  return null
}

import type { Place } from '../read/located.ts'
import { boolean, type Field, type Reading, record, required, string } from '../read/reader.ts'

/** A step of our own orbs: every key is there, and each is a text or a boolean. */
export interface OwnStep<Text extends string, Flag extends string> {
  readonly frame: { readonly place: Place; readonly name: string; readonly when: 'on_success' }
  text(key: Text): string
  flag(key: Flag): boolean
}

/** Null where something is missing, which was reported, or cannot be told. */
export function ownStep<Text extends string, Flag extends string>(
  field: Field,
  keys: { readonly texts: readonly Text[]; readonly flags: readonly Flag[] },
  reading: Reading,
): OwnStep<Text, Flag> | null {
  const fields = record(field, reading)
  if (fields === null) return null
  const texts = new Map<string, string>()
  const flags = new Set<string>()
  for (const key of ['name', ...keys.texts]) {
    const text = required(fields, key, reading)
    const value = text && string(text, reading)
    if (value === null) return null
    texts.set(key, value.value)
  }
  for (const key of keys.flags) {
    const flag = required(fields, key, reading)
    const value = flag && boolean(flag, reading)
    if (value === null) return null
    if (value.value) flags.add(key)
  }
  return {
    frame: { place: field.key, name: texts.get('name') ?? '', when: 'on_success' },
    text: (key) => texts.get(key) ?? '',
    flag: (key) => flags.has(key),
  }
}

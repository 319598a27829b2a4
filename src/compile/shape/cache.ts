import { type Field, type Fields, given, listOrOne, type Reading, string } from '../read/reader.ts'
import {
  frame,
  needsKeys,
  optionsOf,
  requiredText,
  requiredTexts,
  type StepConfig,
} from './step-frame.ts'

/** `key` and `paths`; one path may stand without a list. */
export function saveCacheStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['key', 'paths'], reading)
  if (fields === null) return needsKeys(field, 'key and paths', reading)
  const key = requiredText(fields, 'key', reading)
  const paths = requiredTexts(fields, 'paths', reading)
  const common = frame(field, fields, { name: 'save_cache' }, reading)
  if (key === null || paths === null) return null
  return { ...common, type: 'save_cache', key, paths }
}

/** `key`, `keys`, or both: then `key` is tried first. */
export function restoreCacheStep(field: Field, reading: Reading): StepConfig | null {
  const fields = optionsOf(field, ['key', 'keys'], reading, {
    paths: 'What is restored, and where, was said when the cache was saved.',
  })
  if (fields === null) return needsKeys(field, 'key or keys', reading)
  const items = [...itemsOf(fields, 'key'), ...itemsOf(fields, 'keys')]
  if (items.length === 0)
    reading.report('missing-key', fields.at, 'restore_cache needs key or keys')
  const keys = items.flatMap((item) => string(item, reading)?.value ?? [])
  const common = frame(field, fields, { name: 'restore_cache' }, reading)
  return keys.length === 0 ? null : { ...common, type: 'restore_cache', keys }
}

function itemsOf(fields: Fields, key: string): readonly Field[] {
  const field = given(fields, key)
  return field === null ? [] : listOrOne(field)
}

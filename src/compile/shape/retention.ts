import { quoted } from '../read/quoted.ts'
import { type Field, given, type Reading, record, string } from '../read/reader.ts'
import { checkKeys } from './keys.ts'

const mostDays = 30

/** `{ caches: 7d }`: how many days the job's caches are kept; a server may keep them less long. */
export function retentionDays(field: Field | null, reading: Reading): number | null {
  const fields = field && record(field, reading)
  if (fields === null) return null
  checkKeys(fields, { of: 'retention', accepted: ['caches'] }, reading)
  const caches = given(fields, 'caches')
  const text = caches && string(caches, reading)
  if (text === null) return null
  const days = Number(/^([1-9]\d?)d$/.exec(text.value)?.[1] ?? Number.NaN)
  if (days <= mostDays) return days
  const message = `${quoted(text.value)} is not a time between 1d and ${mostDays}d`
  reading.report('bad-value', text.at, message, 'Write whole days, e.g. 15d.')
  return null
}

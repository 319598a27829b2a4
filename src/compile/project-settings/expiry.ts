import { quoted } from '../read/quoted.ts'
import { type Field, type Reading, string } from '../read/reader.ts'

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Nothing is kept longer: GitHub's checks and our workspaces are gone by then. */
const longestMs = 90 * 86_400_000

/** `7d`, `12h`, `1d12h`, `never`: how long a held approval waits, in milliseconds; null: for ever. */
export function shapeExpiry(field: Field, reading: Reading): number | null {
  const text = string(field, reading)
  if (text === null || text.value === 'never') return null
  const ms = millisecondsOf(text.value)
  if (ms !== null && ms > 0 && ms <= longestMs) return ms
  const message = `${quoted(text.value)} is not a time between 1s and 90d`
  const hint = 'Write whole days, hours, minutes or seconds, e.g. 7d or 12h, or never.'
  reading.report('bad-value', text.at, message, hint)
  return null
}

function millisecondsOf(text: string): number | null {
  if (!/^(\d{1,9}[dhms]){1,4}$/.test(text)) return null
  let sum = 0
  for (const [, number, unit] of text.matchAll(/(\d+)([dhms])/g))
    sum += Number(number) * (unitMs[unit ?? ''] ?? Number.NaN)
  return sum
}

import { quoted } from '../read/quoted.ts'
import { type Field, type Reading, string } from '../read/reader.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }
/** Timers cannot be set for much longer than this. */
const longestMs = 500 * 3_600_000

/** A time such as `30s`, `10m`, `1.25h` or `1h30m`, in milliseconds. */
export function duration(field: Field, reading: Reading): number | null {
  const text = string(field, reading)
  if (text === null) return null
  const ms = millisecondsOf(text.value)
  if (ms !== null && ms > 0 && ms <= longestMs) return ms
  const message = `${quoted(text.value)} is not a time between 1s and 500h`
  reading.report('bad-value', text.at, message, 'Write a number with s, m or h, e.g. 30m or 1.5h.')
  return null
}

function millisecondsOf(text: string): number | null {
  if (!/^(\d+(\.\d+)?[smh])+$/.test(text)) return null
  let sum = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)([smh])/g))
    sum += Number(number) * (unitMs[unit ?? ''] ?? Number.NaN)
  return Math.round(sum)
}

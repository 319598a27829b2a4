import { quoted } from '../read/quoted.ts'
import { type Field, type Fields, given, integer, type Reading, string } from '../read/reader.ts'

const mostReruns = 5

interface Reruns {
  readonly maxAutoReruns: number
  /** In milliseconds. */
  readonly autoRerunDelayMs: number
}

/** How often a step that fails is tried again, and how long after. */
export function rerunsOf(fields: Fields | null, background: boolean, reading: Reading): Reruns {
  const most = given(fields, 'max_auto_reruns')
  const delay = given(fields, 'auto_rerun_delay')
  if (most !== null && background) reportBackground(most, reading)
  if (delay !== null && most === null) reportLoneDelay(delay, reading)
  return {
    maxAutoReruns: (most && count(most, reading)) ?? 0,
    autoRerunDelayMs: (delay && delayMs(delay, reading)) ?? 0,
  }
}

function reportBackground(most: Field, { report }: Reading): void {
  const message = 'a background step cannot be rerun: nobody waits for its end'
  report('step-reruns', most.key, message, 'Remove max_auto_reruns or background.')
}

function reportLoneDelay(delay: Field, { report }: Reading): void {
  const message = 'auto_rerun_delay only goes with max_auto_reruns'
  report('step-reruns', delay.key, message, 'Say how often: `max_auto_reruns: 1` to 5.')
}

function count(field: Field, reading: Reading): number | null {
  const number = integer(field, reading)
  if (number === null) return null
  if (number.value >= 1 && number.value <= mostReruns) return number.value
  const message = `max_auto_reruns must be between 1 and ${mostReruns}, this is ${number.value}`
  reading.report('bad-value', number.at, message)
  return null
}

/** CircleCI takes whole minutes or whole seconds, and no more than ten minutes. */
function delayMs(field: Field, reading: Reading): number | null {
  const text = string(field, reading)
  if (text === null) return null
  const [, number, unit] = /^([1-9]\d{0,2})([sm])$/.exec(text.value) ?? []
  const seconds = Number(number) * (unit === 'm' ? 60 : 1)
  if (seconds <= 600) return seconds * 1000
  const message = `${quoted(text.value)} is not a delay between 1s and 10m`
  reading.report('bad-value', text.at, message, 'Write whole seconds or minutes, e.g. 30s or 2m.')
  return null
}

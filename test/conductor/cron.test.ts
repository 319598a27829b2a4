import {
  type Arbitrary,
  array,
  assert,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  tuple,
} from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextTick, ticksBetween } from '../../src/conductor/cron.ts'

const minuteMs = 60_000
const at = (text: string) => Date.parse(`${text}:00Z`)
const shown = (ticks: readonly number[]) =>
  ticks.map((tick) => new Date(tick).toISOString().slice(0, 16))

/** The numbers that a field of a cron expression means, worked out the plain way. */
function numbersIn(
  field: string,
  [low, high]: readonly [number, number],
  names: string,
): Set<number> {
  const number = (word: string) =>
    /^\d+$/.test(word) ? Number(word) : names.split(' ').indexOf(word.toLowerCase())
  const numbers = new Set<number>()
  for (const part of field.split(',')) {
    const [range = '', step = '1'] = part.split('/')
    const [from = '', to = from] = range === '*' ? [String(low), String(high)] : range.split('-')
    const last = number(to) < number(from) ? number(to) + 7 : number(to)
    for (let one = number(from); one <= last; one += Number(step)) numbers.add(one)
  }
  return numbers
}

/** Whether a minute is one of the expression's, by the rules of POSIX. */
function matcher(cron: string): (time: number) => boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(' ')
  const minutes = numbersIn(minute, [0, 59], '')
  const hours = numbersIn(hour, [0, 23], '')
  const days = numbersIn(day, [1, 31], '')
  const months = numbersIn(month, [1, 12], '- jan feb mar apr may jun jul aug sep oct nov dec')
  const weekdays = numbersIn(weekday, [0, 7], 'sun mon tue wed thu fri sat')
  return (time) => {
    const date = new Date(time)
    const onDay = days.has(date.getUTCDate())
    const onWeekday = weekdays.has(date.getUTCDay()) || weekdays.has(date.getUTCDay() + 7)
    const either = day !== '*' && weekday !== '*'
    return (
      minutes.has(date.getUTCMinutes()) &&
      hours.has(date.getUTCHours()) &&
      months.has(date.getUTCMonth() + 1) &&
      (either ? onDay || onWeekday : onDay && onWeekday)
    )
  }
}

/** A leap year, with both ends. */
const from = at('2027-12-31T23:59')
const until = at('2029-01-01T00:00')

const crons = [
  '0 0 * * *',
  '59 23 * * *',
  '30 2 29 2 *',
  '0 12 31 * *',
  '15 4 30,31 * *',
  '0 0 1 1 *',
  '0 0 13 * 5',
  '5 4 * * 1,3-5,6',
  '0 22 * * 7',
  '0 22 * * fri-7',
  '0 6 1-7 feb-apr mon',
  '*/20 8-18/5 * * MON-FRI',
  '0 */6 * JAN,jul *',
  '7,37 1 */10 * *',
  '0 3 28-31 2 *',
]

test.each(crons)('%s comes in a leap year when POSIX says, and at no other minute', (cron) => {
  const matches = matcher(cron)
  const expected: number[] = []
  for (let time = from + minuteMs; time <= until; time += minuteMs)
    if (matches(time)) expected.push(time)
  expect(expected.length).toBeGreaterThan(0)
  expect(shown(ticksBetween(cron, from, until))).toEqual(shown(expected))
})

test.each(crons)('%s comes as often however the year is cut into pieces', (cron) => {
  const whole = ticksBetween(cron, from, until)
  const pieces: number[] = []
  let seed = 7
  for (let since = from; since < until; ) {
    seed = (seed * 48_271) % 2_147_483_647
    const to = Math.min(until, since + (seed % (11 * 24 * 60)) * minuteMs + (seed % minuteMs))
    pieces.push(...ticksBetween(cron, since, to))
    since = to
  }
  expect(pieces).toEqual(whole)
})

test.each(crons)('the next time of %s is the first that comes', (cron) => {
  const ticks = ticksBetween(cron, from, until)
  let since = from
  for (const tick of ticks) {
    expect(nextTick(cron, since)).toBe(tick)
    since = tick
  }
})

/** A list of numbers, ranges and steps within the bounds, or a star. */
function anyField(low: number, high: number): Arbitrary<string> {
  const number = integer({ min: low, max: high })
  const range = tuple(number, number).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`)
  const step = integer({ min: 2, max: 5 })
  const part = oneof(
    number.map(String),
    range,
    tuple(range, step).map(([all, by]) => `${all}/${by}`),
  )
  const some = array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','))
  return oneof({ weight: 2, arbitrary: some }, { weight: 1, arbitrary: constant('*') })
}

const anyCron = tuple(
  anyField(0, 59),
  anyField(0, 23),
  anyField(1, 31),
  anyField(1, 12),
  anyField(0, 7),
).map((fields) => fields.join(' '))

test('any expression comes when POSIX says, over the end of a year and a leap day', () => {
  const ends = [
    ['2027-12-28T00:00', '2028-01-04T00:00'],
    ['2028-02-25T00:00', '2028-03-03T00:00'],
  ] as const
  assert(
    property(anyCron, constantFrom(...ends), (cron, [first, last]) => {
      const [begin, end] = [at(first), at(last)]
      const matches = matcher(cron)
      const expected: number[] = []
      for (let time = begin + minuteMs; time <= end; time += minuteMs)
        if (matches(time)) expected.push(time)
      expect(ticksBetween(cron, begin, end)).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})

describe('at the edges', () => {
  const daily = '0 3 * * *'
  test('a time is due at its first millisecond, and not one before', () => {
    const due = at('2028-02-29T03:00')
    expect(ticksBetween(daily, due - minuteMs, due - 1)).toEqual([])
    expect(ticksBetween(daily, due - minuteMs, due)).toEqual([due])
    expect(ticksBetween(daily, due - 1, due + 59_999)).toEqual([due])
  })
  test('a time that is settled does not come again', () => {
    const due = at('2028-02-29T03:00')
    expect(ticksBetween(daily, due, due + minuteMs)).toEqual([])
    expect(nextTick(daily, due)).toBe(at('2028-03-01T03:00'))
  })
  test('29 February waits for a leap year, also over 2100', () => {
    expect(nextTick('0 0 29 2 *', at('2028-02-29T00:00'))).toBe(at('2032-02-29T00:00'))
    expect(nextTick('0 0 29 2 *', at('2096-02-29T00:00'))).toBe(at('2104-02-29T00:00'))
  })
  test('a day that never is never comes', () => {
    expect(nextTick('0 0 30 2 *', from)).toBeNull()
    expect(ticksBetween('0 0 30 2 *', from, until)).toEqual([])
  })
  test('of many times only the newest are listed', () => {
    const newest = ticksBetween('* * * * *', from, until, 3)
    expect(shown(newest)).toEqual(['2028-12-31T23:58', '2028-12-31T23:59', '2029-01-01T00:00'])
  })
  test('nothing lies between a time and an earlier one', () => {
    expect(ticksBetween('* * * * *', until, from)).toEqual([])
  })
})

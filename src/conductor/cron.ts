import { Cron } from 'croner'

const secondMs = 1000
const minuteMs = 60 * secondMs

/** Five fields as every cron has them, in UTC, to the minute; a day is right if either field says so. */
const cronOf = (text: string): Cron =>
  new Cron(text, { timezone: 'UTC', mode: '5-part', paused: true })

/**
 * The times of a cron expression after `after` and up to `until`, oldest first, all in milliseconds since
 * 1970. Only the newest `atMost` where there are more. Throws where the text is no cron expression.
 */
export function ticksBetween(
  cron: string,
  after: number,
  until: number,
  atMost = Number.POSITIVE_INFINITY,
): readonly number[] {
  const times = cronOf(cron)
  const ticks: number[] = []
  // Ticks are whole minutes, and what is looked for lies before the given moment.
  let before = Math.floor(until / minuteMs) * minuteMs + secondMs
  while (ticks.length < atMost) {
    const tick = times.previousRuns(1, new Date(before))[0]?.getTime()
    if (tick === undefined || tick <= after) break
    ticks.push(tick)
    before = tick
  }
  return ticks.toReversed()
}

/** The first time after `after`; null: there is none. */
export const nextTick = (cron: string, after: number): number | null =>
  cronOf(cron).nextRun(new Date(after))?.getTime() ?? null

import { CronPattern } from 'croner'
import type { Located } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { type Field, list, type Reading, record, required, string } from '../read/reader.ts'
import { type FiltersConfig, shapeFilters } from './filters.ts'
import { checkKeys } from './keys.ts'

/** When a workflow runs by itself, and on which branches. */
export interface ScheduleConfig {
  /** Five fields, in UTC. */
  readonly cron: Located<string>
  readonly filters: Extract<FiltersConfig, { kind: 'refs' }> | null
}

/** The list `triggers` of a workflow, its templates filled in: schedules are the only kind there is. */
export function shapeTriggers(field: Field, reading: Reading): readonly ScheduleConfig[] {
  return list(field, reading)?.flatMap((item) => scheduleOf(item, reading) ?? []) ?? []
}

function scheduleOf(item: Field, reading: Reading): ScheduleConfig | null {
  const trigger = record(item, reading)
  if (trigger !== null) checkKeys(trigger, { of: 'a trigger', accepted: ['schedule'] }, reading)
  const field = trigger && required(trigger, 'schedule', reading)
  const fields = field && record(field, reading)
  if (fields === null) return null
  checkKeys(fields, { of: 'a schedule', accepted: ['cron', 'filters'] }, reading)
  const cron = required(fields, 'cron', reading)
  const text = cron && string(cron, reading)
  const filters = shapeFilters(fields.all.get('filters'), reading)
  const branches = filters?.kind === 'refs' ? filters.branches : null
  const given = fields.all.get('filters')?.value.kind !== 'unknown'
  if (given && (branches === null || (branches.only === null && branches.ignore === null)))
    reading.report(
      'schedule',
      field?.key ?? fields.at,
      'the schedule names no branches',
      branchHint,
    )
  if (text === null) return null
  checkCron(text, reading)
  return { cron: text, filters: filters?.kind === 'refs' ? filters : null }
}

const branchHint = 'Say on which it runs: `filters: { branches: { only: main } }`.'

const fieldNames = ['minute', 'hour', 'day of the month', 'month', 'day of the week'] as const
const ranges = ['0-59', '0-23', '1-31', '1-12', '0-7'] as const
const part = /^(?:\*|(?:\d{1,2}|[A-Za-z]{3})(?:-(?:\d{1,2}|[A-Za-z]{3}))?)(?:\/\d{1,2})?$/
/** POSIX, steps and names; CircleCI refuses some of these, every cron has them. */
const isCronField = (field: string): boolean => field.split(',').every((one) => part.test(one))

/** Every minute, every hour, and so on, each written out, is shorter. */
const longestCron = 500

/** Five fields, each in its range; steps and names (`MON`, `JAN`) are accepted. */
function checkCron({ value, at }: Located<string>, { report }: Reading): void {
  if (value.length > longestCron)
    return report('schedule', at, `a cron expression has at most ${longestCron} characters`)
  const fields = value.trim().split(/\s+/)
  if (fields.length !== 5) {
    const message = `a cron expression has five fields, ${quoted(value)} has ${fields.length}`
    report('schedule', at, message, `They are: ${fieldNames.join(', ')}.`)
    return
  }
  for (const [index, field] of fields.entries()) {
    const problem = problemOf(field, index)
    if (problem === null) continue
    const name = fieldNames[index] ?? ''
    report('schedule', at, `the ${name} of ${quoted(value)} is ${quoted(field)}: ${problem}`)
  }
}

/** Each field is tried alone among stars, so that the message names it. */
function problemOf(field: string, index: number): string | null {
  const allowed = `${ranges[index]}, with *, lists, ranges and steps`
  if (!isCronField(field)) return `it must be ${allowed}`
  const alone = fieldNames.map((_, place) => (place === index ? field : '*')).join(' ')
  try {
    void new CronPattern(alone, 'UTC', { mode: '5-part' })
    return null
  } catch {
    return `it must be ${allowed}`
  }
}

import type { Ref } from '../../model/trigger.ts'
import type { Regex } from '../../ports/regex.ts'
import type { Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import type { Report } from '../report.ts'
import type { BoundJob } from '../resolve/jobs/bind.ts'
import type { FiltersConfig, Patterns, RefFilter } from '../shape/filters.ts'
import { matches, type Pattern, reportInvalid, stopsAtSlash } from '../shape/pattern.ts'

/** Why a job does not run, and the line that says so. */
export interface Refusal {
  readonly because: string
  readonly at: Place
}

export interface Matching {
  readonly regex: Regex
  readonly report: Report
}

/**
 * Whether a job's own filters let it run on a ref; null when they do. CircleCI's rules: no filter means
 * every branch and no tag; a filter of the one kind says nothing about branches, and for tags it means
 * none; `only` is consulted before `ignore`.
 */
export function refusal(job: BoundJob, ref: Ref, matching: Matching): Refusal | null {
  const { filters } = job
  if (filters?.kind === 'expression') return refusedByExpression(filters)
  const filter = (ref.kind === 'branch' ? filters?.branches : filters?.tags) ?? null
  if (filter !== null) return refusedBy(filter, ref, matching)
  if (ref.kind === 'branch') return null
  const because = `${shown(ref.name)} is a tag, and a job runs on tags only if filters.tags says so`
  return { because, at: filters?.at ?? job.at }
}

/** An expression is judged alone: nothing else says whether the job runs on branches or tags. */
function refusedByExpression({
  verdict,
  because,
  at,
}: Extract<FiltersConfig, { kind: 'expression' }>): Refusal | null {
  if (verdict === true) return null
  return { because: verdict === false ? because : `it cannot be told: ${because}`, at }
}

/** Whether a schedule lets the workflow run on a ref; schedules have no tags. */
export function refusedBySchedule(
  filters: Extract<FiltersConfig, { kind: 'refs' }> | null,
  at: Place,
  ref: Ref,
  matching: Matching,
): Refusal | null {
  if (ref.kind === 'tag') return { because: 'schedules run on branches', at }
  const branches = filters?.branches ?? null
  if (branches === null) return { because: 'its schedule names no branch', at }
  return refusedBy(branches, ref, matching)
}

function refusedBy({ only, ignore }: RefFilter, ref: Ref, matching: Matching): Refusal | null {
  const plural = ref.kind === 'branch' ? 'branches' : 'tags'
  if (only !== null) {
    if (anyMatch(only, ref.name, matching) !== null) return null
    return { because: noneOf(`${plural}.only`, only, ref.name), at: only.at }
  }
  const match = ignore && anyMatch(ignore, ref.name, matching)
  if (ignore === null || match === null) return null
  return {
    because: `${plural}.ignore: ${shown(match.value)} matches ${shown(ref.name)}`,
    at: ignore.at,
  }
}

function noneOf(key: string, { items }: Patterns, name: string): string {
  const [first, ...others] = items.map(({ value }) => shown(value))
  if (first === undefined) return `${key} is empty: it matches nothing`
  const slash = items.some((item) => stopsAtSlash(item, name))
    ? ' (* stops at a slash, ** does not)'
    : ''
  if (others.length === 0) return `${key}: ${first} does not match ${shown(name)}${slash}`
  return `${key}: ${[first, ...others].join(', ')} — ${shown(name)} matches none${slash}`
}

const shown = (text: string): string => (text.length > 100 ? `${text.slice(0, 97)}…` : text)

/** The first pattern that matches. One that cannot be matched was reported by a rule, or is here. */
function anyMatch({ items }: Patterns, name: string, matching: Matching): Pattern | null {
  return items.find((pattern) => doesMatch(pattern, name, matching)) ?? null
}

function doesMatch(pattern: Pattern, name: string, { regex, report }: Matching): boolean {
  const answer = matches(pattern, name, regex)
  if (answer.kind === 'invalid') reportInvalid(pattern, answer.message, report)
  if (answer.kind === 'too-slow') {
    const message = `matching ${quoted(pattern.value)} against ${quoted(name)} takes too long`
    const hint = 'Nested repetition such as (a+)+ makes a pattern slow; write it without.'
    report('slow-pattern', pattern.at, message, hint)
  }
  return answer.kind === 'yes'
}

import type { Regex } from '../../ports/regex.ts'
import { quoted } from '../read/quoted.ts'
import type { Report } from '../report.ts'
import type { RefFilter } from '../shape/filters.ts'
import { type Pattern, reportInvalid } from '../shape/pattern.ts'
import { filtersOf } from './all-filters.ts'
import type { Rule } from './rule.ts'

/** Patterns that cannot match (V30), that hardly match what was meant (V31), or that have no effect (V33). */
export const filterPatterns: Rule = (resolved, { report, regex }) => {
  for (const filter of filtersOf(resolved)) {
    for (const pattern of patternsOf(filter)) checkPattern(pattern, report, regex)
    if (filter.only !== null && filter.ignore !== null)
      report(
        'only-and-ignore',
        filter.ignore.at,
        '`ignore` has no effect beside `only`',
        'Remove one of the two.',
      )
  }
}

const patternsOf = ({ only, ignore }: RefFilter): readonly Pattern[] => [
  ...(only?.items ?? []),
  ...(ignore?.items ?? []),
]

function checkPattern(pattern: Pattern, report: Report, regex: Regex): void {
  if (pattern.kind !== 'regex') return checkUnclosed(pattern, report)
  const answer = regex.fullMatch(pattern.source, '')
  if (answer.kind === 'invalid') return reportInvalid(pattern, answer.message, report)
  const name = onlyName(pattern.source)
  if (name === null) return
  const message = `${quoted(pattern.value)} matches only the name ${quoted(name)}: a pattern must match the whole name`
  report('partial-pattern', pattern.at, message, `Did you mean ${suggestion(pattern.source)}?`)
}

function checkUnclosed(pattern: Pattern, report: Report): void {
  if (!pattern.value.startsWith('/') || pattern.value.length < 2) return
  const message = `${quoted(pattern.value)} is a literal name: a regular expression also ends with a slash`
  report('unclosed-pattern', pattern.at, message, `Write ${pattern.value}/ if it is one.`)
}

/**
 * The one name that a pattern matches, where its author probably meant more: it is anchored at one end
 * only, or ends in a separator. `/main/` and `/^main$/` are taken to mean what they say.
 */
function onlyName(source: string): string | null {
  const [, start = '', body = '', end = ''] =
    /^(\^?)((?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])+)(\$?)$/.exec(source) ?? []
  const name = body.replaceAll(/\\(.)/g, '$1')
  if (name === '') return null
  return (start === '') !== (end === '') || /[-_/.]$/.test(name) ? name : null
}

const suggestion = (source: string): string =>
  source.endsWith('$') && !source.startsWith('^')
    ? `/.*${source}/`
    : `/${source.replace(/\$$/, '')}.*/`

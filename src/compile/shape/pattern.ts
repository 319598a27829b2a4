import { minimatch } from 'minimatch'
import type { Regex, RegexAnswer } from '../../ports/regex.ts'
import type { Located } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import type { Report } from '../report.ts'

/** One item of `only` or `ignore`. */
export type Pattern = Located<string> &
  (
    | { readonly kind: 'literal' }
    /** Ours: CircleCI knows only literal names and regular expressions. */
    | { readonly kind: 'glob' }
    /** Between slashes; it must match the whole name. */
    | { readonly kind: 'regex'; readonly source: string }
  )

export function patternOf({ value, at }: Located<string>): Pattern {
  const source = /^\/(.*)\/$/s.exec(value)?.[1]
  if (source !== undefined) return { value, at, kind: 'regex', source }
  return { value, at, kind: /[*?[]/.test(value) ? 'glob' : 'literal' }
}

export function reportInvalid(pattern: Pattern, reason: string, report: Report): void {
  const message = `${quoted(pattern.value)} cannot be matched: ${reason}`
  const hint = 'It is a Java regular expression between slashes that must match the whole name.'
  report('bad-pattern', pattern.at, message, hint)
}

export function matches(pattern: Pattern, name: string, regex: Regex): RegexAnswer {
  if (pattern.kind === 'regex') return regex.fullMatch(pattern.source, name)
  const same = pattern.value === name
  return {
    kind: same || (pattern.kind === 'glob' && globMatches(pattern.value, name)) ? 'yes' : 'no',
  }
}

/** No git name is that long, and the matcher refuses far longer patterns with an exception. */
export const longestPattern = 4096

/**
 * Only `*`, `?` and `[…]` mean something, since git allows everything else in a name: braces, `!`, `#`
 * and `+(…)` stay literal. `*` does not cross a `/`, `**` does.
 */
export function globMatches(glob: string, name: string): boolean {
  return glob.length <= longestPattern && minimatch(name, glob, globOptions)
}

const globOptions = {
  nobrace: true,
  noext: true,
  nonegate: true,
  nocomment: true,
  dot: true,
  platform: 'linux',
  optimizationLevel: 0,
} as const

/** Whether a glob says no only because its `*` stops at a slash: worth a word to its author. */
export const stopsAtSlash = (pattern: Pattern, name: string): boolean =>
  pattern.kind === 'glob' &&
  globMatches(pattern.value.replaceAll('/', '|'), name.replaceAll('/', '|'))

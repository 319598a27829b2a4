import { type Code, codes } from './codes.ts'
import type { Place } from './read/located.ts'

/** A finding, before lines and columns are made of its place. */
export interface Problem {
  readonly code: Code
  readonly at: Place
  readonly message: string
  /** What to do about it; null when the message says it all. */
  readonly hint: string | null
  /** What called what, outermost first, for a problem that depends on it. */
  readonly trail: string | null
}

/** Notes a problem and lets the caller go on with a default: one run finds all that is wrong. */
export type Report = (code: Code, at: Place, message: string, hint?: Hint) => void

/** A hint that is costly to find is given as a function: of thousands of problems few are shown. */
export type Hint = string | null | (() => string | null)

export interface Problems {
  readonly report: Report
  /** What was reported, errors first when there were too many, in the order of the text. */
  list(): readonly Problem[]
}

/** A hostile file must not cost memory: so many are kept, and as many that are no errors. */
const problemLimit = 100

/** Collects problems. The same complaint about the same text is kept once, whatever leads to it. */
export function problems(): Problems {
  const seen = new Set<string>()
  const errors: Problem[] = []
  const others: Problem[] = []
  let dropped = 0
  const report: Report = (code, at, message, hint = null) => {
    const kept = codes[code].severity === 'error' ? errors : others
    const key = `${code} ${at.span.start} ${message}`
    if (seen.has(key)) return
    if (kept.length >= problemLimit) dropped += 1
    else {
      seen.add(key)
      const advice = typeof hint === 'function' ? hint() : hint
      const place = { span: at.span, path: cut(at.path) }
      kept.push({
        code,
        at: place,
        message: cut(message),
        hint: advice === null ? null : cut(advice),
        trail: at.trail ?? null,
      })
    }
  }
  return { report, list: () => shown([...errors, ...others], dropped) }
}

/** Messages quote what users wrote, and that may be long. */
const longestMessage = 2000

const cut = (text: string): string =>
  text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text

function shown(found: readonly Problem[], dropped: number): readonly Problem[] {
  const inOrder = (some: readonly Problem[]) =>
    some.toSorted((a, b) => a.at.span.start - b.at.span.start)
  if (found.length <= problemLimit && dropped === 0) return inOrder(found)
  const kept = inOrder(found.slice(0, problemLimit - 1))
  const missing = found.length - kept.length + dropped
  return [...kept, tooMany(missing)]
}

const tooMany = (missing: number): Problem => ({
  code: 'too-many-problems',
  at: { span: { start: 0, end: 0 }, path: '' },
  message: `${missing} more ${missing === 1 ? 'problem was' : 'problems were'} found`,
  hint: 'Mend these first; the rest then shows.',
  trail: null,
})

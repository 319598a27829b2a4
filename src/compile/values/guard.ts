import type { Code } from '../codes.ts'
import type { Report } from '../report.ts'
import type { Complain } from './complain.ts'

/** Wrong wherever they stand, also where something before them may turn out to guard them. */
const alwaysWrong: ReadonlySet<Code> = new Set([
  'undeclared-argument',
  'unknown-value',
  'environment-in-expression',
  'bad-condition',
  'bad-expression',
])

/** For what is looked at only if something unknown turns out one way: most mistakes may not matter. */
export const guardedComplain =
  (complain: Complain): Complain =>
  (code, ...rest) => {
    if (alwaysWrong.has(code)) complain(code, ...rest)
  }

export const guardedReport =
  (report: Report): Report =>
  (code, ...rest) => {
    if (alwaysWrong.has(code)) report(code, ...rest)
  }

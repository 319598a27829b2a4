import type { Regex } from '../../ports/regex.ts'
import type { Report } from '../report.ts'
import type { Resolved } from '../resolve/resolve.ts'

/** One thing that a config must, or should, be. It reports and goes on; it changes nothing. */
export type Rule = (resolved: Resolved, tools: Tools) => void

interface Tools {
  readonly report: Report
  readonly regex: Regex
}

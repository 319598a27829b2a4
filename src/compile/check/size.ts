import type { JobConfig } from '../shape/job.ts'
import type { Rule } from './rule.ts'

/** In characters: four times what CircleCI allows. */
const largestCompiled = 32 * 1024 * 1024

/** What all jobs of the config say together, every call written out (V52). */
export const size: Rule = ({ workflows, config }, { report }) => {
  const known = new Map<JobConfig, number>()
  let total = 0
  for (const { body } of workflows.flatMap(({ jobs }) => jobs)) {
    if (body === null) continue
    const weight = known.get(body) ?? weightOf(body)
    known.set(body, weight)
    total += weight
  }
  if (total <= largestCompiled) return
  const message = `written out, the jobs have ${total} characters; ${largestCompiled} are possible`
  report('too-large', config.at, message, 'Move long scripts into files of the repository.')
}

function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  let weight = 8
  // Places are not part of what is written out, and lead to whole texts of orbs.
  for (const [key, part] of Object.entries(value))
    if (key !== 'place' && key !== 'at') weight += weightOf(part)
  return weight
}

import type { Requirement } from '../model/plan.ts'
import { endStatuses } from '../model/status.ts'
import type { GraphJob } from './workflow.ts'

/**
 * Text of a user as one line that every format can hold: no line breaks, no control characters, nothing
 * that changes the direction of writing, no half characters.
 */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(
      /[\p{Cc}\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFFE\uFFFF]/gu,
      '\uFFFD',
    )

/** How a requirement must end, when that is not just `success`; null when it is. */
export function condition({ statuses }: Requirement): string | null {
  if (statuses.length === 1 && statuses[0] === 'success') return null
  if (statuses.length === endStatuses.length) return 'terminal'
  return statuses.map(spoken).join(' or ') || 'never'
}

/** What a job is, beside its name: its type unless ordinary, its tasks, its status. */
export const details = ({ type, parallelism, status }: GraphJob): readonly string[] => [
  ...(type === 'build' ? [] : [type === 'orb' ? 'orb job' : type]),
  ...(parallelism === 1 ? [] : [`× ${parallelism}`]),
  ...(status === undefined ? [] : [spoken(status)]),
]

/** A job in a sentence, for those who cannot see the picture and for whom a name was cut. */
export function sentence(job: GraphJob): string {
  const matrix = Object.entries(job.matrix ?? {}).map(([name, value]) => `${name} ${value}`)
  const about = [...details(job), ...matrix].join(', ')
  const after = job.requires.map((one) => {
    const how = condition(one)
    return how === null ? one.job : `${one.job} (${how})`
  })
  const waits = after.length === 0 ? '' : ` after ${after.join(', ')}`
  return oneLine(`${job.name}${about === '' ? '' : `, ${about},`}${waits}`.replace(/,$/, ''))
}

const spoken = (status: string): string => status.replaceAll('_', ' ')

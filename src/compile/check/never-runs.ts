import type { BoundJob } from '../resolve/jobs/bind.ts'
import type { RefFilter } from '../shape/filters.ts'
import type { Rule } from './rule.ts'

/** V57: a workflow in which every job refuses all branches and all tags. */
export const neverRuns: Rule = ({ workflows }, { report }) => {
  for (const { name, jobs } of workflows) {
    if (jobs.length === 0 || !jobs.every(neverSelected)) continue
    const message = `no job of the workflow ${name.value} can ever run: their filters refuse every branch and tag`
    report(
      'never-runs',
      name.at,
      message,
      'Did you mean to add `tags: { only: … }` beside `branches`?',
    )
  }
}

function neverSelected({ filters }: BoundJob): boolean {
  if (filters?.kind !== 'refs' || filters.branches === null) return false
  return refusesAll(filters.branches) && (filters.tags === null || refusesAll(filters.tags))
}

const refusesAll = ({ only, ignore }: RefFilter): boolean =>
  only === null
    ? (ignore?.items.some(({ value }) => value === '/.*/' || value === '**') ?? false)
    : only.items.length === 0

import type { Resolved } from '../resolve/resolve.ts'
import type { RefFilter } from '../shape/filters.ts'

/** Every branch and tag filter of every workflow, once, in the order of the document. */
export const filtersOf = ({ workflows }: Resolved): readonly RefFilter[] =>
  workflows.flatMap(({ jobs, schedules }) =>
    [...jobs, ...(schedules ?? [])]
      .flatMap(({ filters }) => (filters?.kind === 'refs' ? [filters.branches, filters.tags] : []))
      .filter((filter) => filter !== null),
  )

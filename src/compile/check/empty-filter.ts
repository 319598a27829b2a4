import { filtersOf } from './all-filters.ts'
import type { Rule } from './rule.ts'

/** A filter with neither `only` nor `ignore` lets everything through, which nobody writes on purpose. */
export const emptyFilter: Rule = (resolved, { report }) => {
  for (const { at, only, ignore } of filtersOf(resolved))
    if (only === null && ignore === null)
      report(
        'empty-filter',
        at,
        'this filter has neither only nor ignore: it lets everything through',
      )
}

import type { Rule } from './rule.ts'

/** V43: `parallelism: 1` says nothing. */
export const parallelismOne: Rule = ({ config }, { report }) => {
  for (const { parallelism } of config.jobs.values())
    if (parallelism?.value === 1)
      report('pointless-parallelism', parallelism.at, '`parallelism: 1` is the default')
}

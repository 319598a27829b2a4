import type { Rule } from './rule.ts'

/** V43: `parallelism: 1` says nothing. */
export const parallelismOne: Rule = ({ bodies }) => {
  for (const { job, report } of bodies)
    if (job.parallelism?.value === 1)
      report('pointless-parallelism', job.parallelism.at, '`parallelism: 1` is the default')
}

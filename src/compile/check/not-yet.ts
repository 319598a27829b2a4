import type { Rule } from './rule.ts'

/**
 * What the plan carries and the engine does not do yet. A warning, since the config is right and its jobs
 * run; but nobody should count on what does not happen.
 */
export const notYet: Rule = ({ workflows }, { report }) => {
  for (const { jobs } of workflows) {
    // A lock is held by one job here, not by all jobs of a group.
    for (const { invocation, type, at, name: job } of jobs)
      if (invocation.serialGroup !== null && type !== 'build')
        report(
          'unsupported',
          at,
          `${job} does not keep its serial group for the jobs behind it yet`,
        )
  }
}

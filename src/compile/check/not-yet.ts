import type { Rule } from './rule.ts'

/**
 * What the plan carries and the engine does not do yet. A warning, since the config is right and its jobs
 * run; but nobody should count on what does not happen.
 */
export const notYet: Rule = ({ workflows }, { report }) => {
  for (const { jobs, schedules } of workflows) {
    for (const { cron } of schedules ?? [])
      report('unsupported', cron.at, `this version of Sluice does not start workflows by schedule`)
    for (const { invocation, at, name: job } of jobs)
      if (invocation.serialGroup !== null)
        report(
          'unsupported',
          at,
          `${job} does not wait for its serial group in this version of Sluice`,
        )
  }
}

import type { Rule } from './rule.ts'

/** Only what takes time can have a turn: the job runs, but nobody should count on its serial group. */
export const idleSerialGroup: Rule = ({ workflows }, { report }) => {
  for (const { jobs } of workflows)
    for (const { invocation, type, at, name: job } of jobs)
      if (invocation.serialGroup !== null && ['approval', 'no-op', 'release'].includes(type))
        report('unsupported', at, `${job} is of type ${type} and takes no turn in its serial group`)
}

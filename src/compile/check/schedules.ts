import type { Rule } from './rule.ts'

/** Of one config: each is a pipeline whenever its time comes, on every branch that it names. */
const schedulesAtMost = 100

export const schedules: Rule = ({ workflows }, { report }) => {
  const all = workflows.flatMap((workflow) => workflow.schedules ?? [])
  const beyond = all[schedulesAtMost]
  if (beyond === undefined) return
  const message = `the config has ${all.length} schedules; at most ${schedulesAtMost} are taken`
  report('schedule', beyond.cron.at, message)
}

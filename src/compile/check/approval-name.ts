import type { Rule } from './rule.ts'

/** V41: an approval that is named like a job with steps runs none of them. */
export const approvalName: Rule = ({ config, workflows }, { report }) => {
  for (const { type, invocation, at } of workflows.flatMap((workflow) => workflow.jobs)) {
    const job = config.elements.jobs.get(invocation.job.value)
    if (type !== 'approval' || !job?.fields?.all.has('steps')) continue
    const message = `${invocation.job.value} waits for an approval here; the steps of the job of that name do not run`
    report('approval-name', at, message, 'Give the approval a name of its own.')
  }
}

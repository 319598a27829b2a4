import type { JobConfig } from '../shape/job.ts'
import type { Rule } from './rule.ts'

/** A job that runs something says where, and once (V8). Approvals and the like run nothing. */
export const jobExecutor: Rule = ({ bodies }) => {
  for (const { job, report } of bodies) {
    if (job.type !== 'build' || job.incomplete) continue
    const [first, second] = job.executors
    if (first === undefined) report('no-executor', job.name.at, ...missing(job))
    else if (second !== undefined) {
      const message = `the job ${job.name.value} has both docker and machine; it runs in one of them`
      report('two-executors', second.at, message, 'Remove one of the two.')
    }
  }
}

const missing = (job: JobConfig) =>
  [
    `the job ${job.name.value} does not say where it runs: it has neither docker nor machine`,
    'Add e.g. `docker: [{ image: cimg/base:current }]` or `machine: true`.',
  ] as const

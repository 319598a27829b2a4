import { quoted } from '../read/quoted.ts'
import { didYouMean, listed } from '../read/suggest.ts'
import type { Rule } from './rule.ts'

/** Every job of a workflow is defined under `jobs`, approvals excepted (V10). */
export const unknownJob: Rule = ({ config, workflows }, { report }) => {
  const known = config.jobs
  for (const workflow of workflows)
    for (const { type, definition, invocation, at } of workflow.jobs) {
      // Orbs and job groups bring jobs that this version cannot see; that they cannot was reported.
      if (type === 'approval' || definition !== null || config.incomplete) continue
      const name = invocation.job.value
      const message = `the workflow ${quoted(workflow.name.value)} runs ${quoted(name)}, which is not a job`
      report('unknown-job', at, message, didYouMean(name, known.keys(), jobsHint(known)))
    }
}

const jobsHint = (known: ReadonlyMap<string, unknown>): string =>
  known.size === 0 ? 'There are no jobs: add it under `jobs:`.' : `Jobs: ${listed(known.keys())}.`

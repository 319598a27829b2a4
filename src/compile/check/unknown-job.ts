import { quoted } from '../read/reader.ts'
import { listed, nearest, orHint } from '../read/suggest.ts'
import type { Rule } from './rule.ts'

/** Every job of a workflow is defined under `jobs`, approvals excepted (V10). */
export const unknownJob: Rule = ({ config, workflows }, { report }) => {
  const known = [...config.jobs.keys()]
  for (const workflow of workflows)
    for (const { type, definition, invocation, at } of workflow.jobs) {
      // Orbs and job groups bring jobs that this version cannot see; that they cannot was reported.
      if (type === 'approval' || definition !== null || config.incomplete) continue
      const name = invocation.job.value
      const message = `the workflow ${quoted(workflow.name.value)} runs ${quoted(name)}, which is not a job`
      report('unknown-job', at, message, orHint(nearest(name, known), jobsHint(known)))
    }
}

const jobsHint = (known: readonly string[]): string =>
  known.length === 0 ? 'There are no jobs: add it under `jobs:`.' : `Jobs: ${listed(known)}.`

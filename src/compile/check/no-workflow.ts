import { nearest } from '../read/suggest.ts'
import type { Rule } from './rule.ts'

/** Without workflows there must be a job named `build`, which is then the workflow (V55). */
export const noWorkflow: Rule = ({ config, workflows }, { report }) => {
  if (config.workflows !== null || workflows.length > 0) return
  const near = nearest('build', [...config.elements.jobs.keys()])
  const message = 'there are no workflows, and no job is named build'
  const hint = 'Add `workflows:` that list your jobs, or name one job `build`.'
  report(
    'no-workflow',
    config.at,
    message,
    near === null ? hint : `Did you mean build, where it says ${near}?`,
  )
}

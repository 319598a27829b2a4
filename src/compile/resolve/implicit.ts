import type { Config } from '../shape/config.ts'
import type { WorkflowConfig } from '../shape/workflow.ts'

/**
 * Without any workflow, a job named `build` is a workflow of its own (CircleCI's rule for version 2).
 * Any explicit workflow, even a scheduled one, makes it vanish.
 */
export function implicitWorkflow(config: Config): readonly WorkflowConfig[] {
  const build = config.jobs.get('build')
  if (build === undefined) return []
  const invocation = {
    job: build.name,
    name: null,
    approval: false,
    requires: [],
    contexts: [],
    filters: null,
    arguments: [],
    incomplete: false,
  }
  const name = { value: 'workflow', at: build.name.at }
  return [{ name, jobs: [invocation], scheduled: false }]
}

import type { Config } from '../../shape/config.ts'
import type { WorkflowConfig } from '../../shape/workflow.ts'

/**
 * Without any workflow, a job named `build` is a workflow of its own (CircleCI's rule for version 2).
 * Any explicit workflow, even a scheduled one, makes it vanish.
 */
export function implicitWorkflow({ elements }: Config): readonly WorkflowConfig[] {
  const build = elements.jobs.get('build')
  if (build === undefined) return []
  const { at } = build.name
  const item = {
    value: { kind: 'scalar', type: 'string', text: 'build', span: at.span, templated: false },
    at,
    key: at,
  } as const
  const nothing = { when: null, unless: null, triggers: null, maxAutoReruns: null }
  return [{ name: { value: 'workflow', at }, jobs: [item], ...nothing }]
}

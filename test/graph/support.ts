import type { GraphJob, GraphWorkflow } from '../../src/graph/workflow.ts'
import { plannedJob } from '../support/builders.ts'

export const job = (name: string, requires = '', more: Partial<GraphJob> = {}): GraphJob => ({
  ...plannedJob(name, requires),
  ...more,
})

export const workflow = (name: string, ...jobs: readonly GraphJob[]): GraphWorkflow => ({
  name,
  jobs,
})

/** Everything that could be mistaken for markup, by one format or another. */
export const hostile = [
  '<script>alert(1)</script>',
  '"quoted" & \'quoted\'',
  '1. build',
  '- build',
  '`**bold**`',
  'a --> b',
  'a]"; b["x',
  'style:#fff;',
  '%% comment',
  'end',
  '&amp; &#60;',
  'C:\\new\\table',
  'line\nbreak',
  'bell\u0007 and \u202Eright to left',
  '\uD800 half',
  ']]>',
  '日本語',
]

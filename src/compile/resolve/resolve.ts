import type { Located } from '../read/located.ts'
import type { Report } from '../report.ts'
import type { Config } from '../shape/config.ts'
import { type BoundJob, bind } from './bind.ts'
import { implicitWorkflow } from './implicit.ts'

/** A config whose names all point at what they mean. */
export interface Resolved {
  readonly config: Config
  readonly workflows: readonly BoundWorkflow[]
}

export interface BoundWorkflow {
  readonly name: Located<string>
  readonly scheduled: boolean
  /** In the order of the document; their names are unique. */
  readonly jobs: readonly BoundJob[]
}

/** Pass 3: names → what they stand for. Names that stand for nothing are reported and left out. */
export function resolve(config: Config, report: Report): Resolved {
  const workflows = config.workflows ?? implicitWorkflow(config)
  return {
    config,
    workflows: workflows.map((workflow) => ({
      name: workflow.name,
      scheduled: workflow.scheduled,
      jobs: bind(workflow, config, report),
    })),
  }
}

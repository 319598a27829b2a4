import type { CheckFacts } from '../../ports/checks.ts'
import type { DesiredCheck, RenderOptions } from './desired.ts'
import { renderJob } from './job.ts'
import { renderPipeline } from './pipeline.ts'

/** What GitHub should show, made from what is known and nothing else: the same facts give the same check. */
export const render = (facts: CheckFacts, options: RenderOptions): DesiredCheck =>
  facts.kind === 'job' ? renderJob(facts, options) : renderPipeline(facts, options)

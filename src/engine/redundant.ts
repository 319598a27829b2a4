import type { Redundant } from '../model/event.ts'
import type { WorkflowRun } from '../model/run.ts'
import type { Trigger } from '../model/trigger.ts'
import { cancelPipeline } from './cancel.ts'
import type { Draft } from './draft.ts'

/**
 * Nobody needs this pipeline any more, e.g. since a newer push came. What people or schedules began
 * themselves goes on, re-runs included, unless all is meant.
 */
export function endRedundant(draft: Draft, event: Redundant & { readonly at: number }): void {
  const { pipeline } = draft
  const { which, by, at } = event
  if (which === 'held' && pipeline.state !== 'held') return
  if (which === 'first-runs' && !isReplaceable(pipeline.trigger)) return
  cancelPipeline(draft, { by, at }, which === 'all' ? everyRun : isFirstRun)
}

const isReplaceable = ({ type }: Trigger): boolean =>
  type === 'push' || type === 'api' || type === 'pull-request'

const everyRun = (): boolean => true
const isFirstRun = ({ attempt }: WorkflowRun): boolean => attempt === 1

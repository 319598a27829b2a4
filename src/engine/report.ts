import type { JobStatus, WorkflowRun } from '../model/run.ts'
import { isEnd, jobStatuses } from '../model/run.ts'
import type { Draft } from './draft.ts'

/** So often is progress told: a tenth of the work more each time. */
const parts = 10

/**
 * Tells GitHub of what happened to the pipeline as a whole. Each time costs one of the requests that GitHub
 * allows in an hour, so progress is told in tenths, and only what somebody waits for at once.
 */
export function reportChange(draft: Draft): void {
  const before = draft.workflowsBefore
  const now = draft.workflows
  if (draft.touchedWorkflows.some((workflow) => isTurn(before, workflow)))
    return reportPipeline(draft)
  if (partsDone(before) === partsDone(now)) return
  draft.report({ kind: 'pipeline', pipelineId: draft.pipeline.id }, 'progress')
}

/**
 * The `sluice` check has changed in a way that people wait for. It is the one that branches require, so it
 * is never late.
 */
export const reportPipeline = (draft: Draft): void =>
  draft.report({ kind: 'pipeline', pipelineId: draft.pipeline.id }, 'alarm')

/** Whether a workflow is new, goes another way than before, cannot end well any more, or holds another approval. */
function isTurn(before: readonly WorkflowRun[], { id, ...now }: WorkflowRun): boolean {
  const known = before.find((workflow) => workflow.id === id)
  if (!known) return true
  return (
    known.endedAt !== now.endedAt ||
    known.canceledBy !== now.canceledBy ||
    known.status !== now.status ||
    known.counts.on_hold < now.counts.on_hold ||
    isSpoiled(known.counts) !== isSpoiled(now.counts)
  )
}

const isSpoiled = ({ failed, canceled, unauthorized }: WorkflowRun['counts']): boolean =>
  failed + canceled + unauthorized > 0

/** How many tenths are done; a job that runs is done by half. */
function partsDone(workflows: readonly WorkflowRun[]): number {
  const counts = workflows.flatMap((workflow) => entries(workflow.counts))
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const done = counts.reduce((sum, [status, count]) => sum + count * doneBy(status), 0)
  return all === 0 ? 0 : Math.floor((parts * done) / all)
}

function doneBy(status: JobStatus): number {
  if (isEnd(status)) return 1
  return status === 'running' || status === 'on_hold' ? 0.5 : 0
}

const entries = (counts: WorkflowRun['counts']): readonly (readonly [JobStatus, number])[] =>
  jobStatuses.map((status) => [status, counts[status]])

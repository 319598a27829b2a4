import { isOnDemand } from '../../model/on-demand.ts'
import { isFromFork, pullRequestEventOf, scheduleOf } from '../../model/trigger.ts'
import type { PipelineFacts } from '../../ports/checks.ts'
import { cutBytes } from '../text.ts'
import { cancel, letIn, newRun, rerun } from './actions.ts'
import { annotationsOf } from './annotations.ts'
import type { CheckAction, CheckState, Conclusion, DesiredCheck, RenderOptions } from './desired.ts'
import { bodyBytes, checkName, checkTitle } from './limits.ts'
import { pipelineSummary } from './pipeline-summary.ts'
import { pipelineTitle } from './pipeline-title.ts'
import type { PipelineView } from './roll-up.ts'
import { endOf, isUnfinished, refName, verdictOf, worstOf } from './roll-up.ts'

/**
 * The check `sluice`: of all branches at a commit, the worst of which decides, of one tag, or of one
 * schedule. It is the one to require, so it passes only when every workflow succeeded or nothing applied.
 */
export function renderPipeline(facts: PipelineFacts, options: RenderOptions): DesiredCheck {
  const all = facts.pipelines.map(withoutSuperseded)
  const spoken = all.filter((view) => verdictOf(view) !== 'silent')
  const views = spoken.length > 0 ? spoken : all
  const worst = worstOf(views)
  if (!worst) throw new Error('a check without a pipeline')
  const folded = foldedLines(facts, options)
  return {
    name: checkName(`sluice${ownLabel(worst)}`),
    state: stateOf(views),
    title: checkTitle(titleOf(views, worst)),
    summary: cutBytes([...folded, pipelineSummary(facts, views, options)].join('\n\n'), bodyBytes),
    text: null,
    annotations: annotationsOf(views.toReversed().flatMap(diagnosticsOf)),
    actions: actionsOf(views),
    detailsUrl: `${options.publicUrl}/pipelines/${worst.pipeline.id}`,
    silent: spoken.length === 0,
    ...(folded.length > 0 && { folds: true }),
    ...rerunsOf(views),
  }
}

/** What GitHub's limits keep from having a check of its own stands in the table below at least. */
function foldedLines(
  { unsent = 0 }: PipelineFacts,
  { scarce = false }: RenderOptions,
): readonly string[] {
  if (!scarce || unsent === 0) return []
  const who = unsent === 1 ? '1 job gets its' : `${unsent} jobs get their`
  return [
    `GitHub limits how many checks are made in an hour: ${who} check later. How they are is told here.`,
  ]
}

function rerunsOf(views: readonly PipelineView[]): Pick<DesiredCheck, 'reruns'> {
  const workflows = views.flatMap((view) => view.workflows)
  const reruns = workflows.reduce((sum, { workflow }) => sum + workflow.attempt - 1, 0)
  return reruns > 0 ? { reruns } : {}
}

const withoutSuperseded = ({ pipeline, workflows }: PipelineView): PipelineView => ({
  pipeline,
  workflows: workflows.filter(({ workflow }) => workflow.supersededBy === null),
})

/**
 * Branches share one check, whichever came second; a tag has its own, and so have a schedule and what was
 * begun on demand.
 */
function ownLabel({ pipeline }: PipelineView): string {
  const schedule = scheduleOf(pipeline.trigger)
  if (schedule !== null) return ` (schedule ${schedule})`
  const tag = pipeline.trigger.ref.kind === 'tag' ? ` (tag ${refName(pipeline)})` : ''
  return isOnDemand(pipeline.trigger) ? ` (on demand)${tag}` : tag
}

function stateOf(views: readonly PipelineView[]): CheckState {
  if (views.every((view) => view.pipeline.state === 'pending')) return { status: 'queued' }
  // GitHub calls a check stale by its age, so its start is left to GitHub while it is open.
  if (views.some(isUnfinished)) return { status: 'in_progress', startedAt: null }
  const conclusion = conclusionOf(views)
  const startedAt = Math.min(...views.map(({ pipeline }) => pipeline.createdAt))
  const completedAt = Math.max(...views.map(endOf))
  return { status: 'completed', conclusion, startedAt, completedAt }
}

function conclusionOf(views: readonly PipelineView[]): Conclusion {
  if (views.some((view) => verdictOf(view) === 'not-let-in')) return 'action_required'
  const bad = views.filter((view) => verdictOf(view) === 'failed')
  if (bad.length === 0) return 'success'
  return bad.every(({ pipeline }) => pipeline.state === 'canceled') ? 'cancelled' : 'failure'
}

function titleOf(views: readonly PipelineView[], worst: PipelineView): string {
  const title = pipelineTitle(worst)
  if (views.length === 1) return title
  const event = pullRequestEventOf(worst.pipeline.trigger)
  return `${refName(worst.pipeline)}${event === null ? '' : ` (${event})`}: ${title}`
}

const diagnosticsOf = ({ pipeline }: PipelineView) =>
  pipeline.state === 'created' || pipeline.state === 'errored' ? pipeline.diagnostics : []

function actionsOf(views: readonly PipelineView[]): readonly CheckAction[] {
  const isHeld = views.some((view) => verdictOf(view) === 'not-let-in')
  const first = isHeld ? letIn : []
  if (views.some(isUnfinished)) return [...first, ...cancel]
  const again = views.some(canRunAgain) ? rerun : []
  const isOurs = views.every(({ pipeline }) => !isFromFork(pipeline.trigger))
  return [...first, ...again, ...(isOurs ? [newRun] : [])]
}

/** What was never let begin has to be let in, not run again. */
const canRunAgain = (view: PipelineView): boolean =>
  verdictOf(view) === 'failed' &&
  !(view.pipeline.state === 'canceled' && isFromFork(view.pipeline.trigger))

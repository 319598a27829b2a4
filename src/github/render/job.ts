import { unreachable } from '../../model/result.ts'
import { isEnded, type JobRun } from '../../model/run.ts'
import type { JobFacts } from '../../ports/checks.ts'
import { cutBytes } from '../text.ts'
import { cancel, decide, rerun } from './actions.ts'
import type { CheckAction, CheckState, Conclusion, DesiredCheck, RenderOptions } from './desired.ts'
import { hasText } from './failure.ts'
import { jobSummary } from './job-summary.ts'
import { jobTitle } from './job-title.ts'
import { bodyBytes, checkName, checkTitle } from './limits.ts'
import { fenced } from './markdown.ts'
import { testAnnotations } from './tests.ts'

/** The check `<workflow> / <job>`. */
export function renderJob(facts: JobFacts, options: RenderOptions): DesiredCheck {
  const { pipeline, workflow, job, logTail } = facts
  return {
    name: checkName(`${workflow.name} / ${job.planned.name}${pipeline.label}`),
    state: stateOf(job),
    title: checkTitle(jobTitle(facts)),
    summary: cutBytes(jobSummary(facts, options), bodyBytes),
    text: job.status === 'failed' && hasText(logTail) ? fenced(logTail, bodyBytes) : null,
    annotations: isEnded(job) ? testAnnotations(job, facts.tests) : [],
    actions: actionsOf(job),
    detailsUrl: `${options.publicUrl}/jobs/${job.id}`,
    silent: facts.runsAgain === true,
  }
}

function stateOf(job: JobRun): CheckState {
  switch (job.status) {
    case 'blocked':
    case 'queued':
      return { status: 'queued' }
    case 'running':
      return { status: 'in_progress', startedAt: job.startedAt }
    case 'on_hold':
      return completed('action_required', job.heldAt, null)
    case 'success':
      return completed('success', job.startedAt, job.endedAt)
    case 'failed':
    case 'unauthorized':
      return completed('failure', job.startedAt, job.endedAt)
    // Never `skipped` or `neutral` for what was not run: GitHub counts those as passing.
    case 'canceled':
    case 'not_run':
      return completed('cancelled', job.startedAt, job.endedAt)
    default:
      return unreachable(job)
  }
}

const completed = (
  conclusion: Conclusion,
  startedAt: number | null,
  completedAt: number | null,
): CheckState => ({ status: 'completed', conclusion, startedAt, completedAt })

function actionsOf(job: JobRun): readonly CheckAction[] {
  switch (job.status) {
    case 'blocked':
    case 'queued':
    case 'running':
      return cancel
    case 'on_hold':
      return decide
    case 'success':
      return []
    case 'failed':
    case 'unauthorized':
    case 'canceled':
    case 'not_run':
      return rerun
    default:
      return unreachable(job)
  }
}

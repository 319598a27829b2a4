import type { JobStatus, WorkflowRun, WorkflowStatus } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { unlockAll } from './lock.ts'
import { reportChange } from './report.ts'

/** Jobs above which queued and blocked jobs get no check of their own yet: GitHub's budget of writes. */
const smallWorkflow = 20

/**
 * Brings the status of every touched workflow up to its jobs and reports the pipeline. Returns those that
 * ended just now, and failed.
 */
export function rollUp(draft: Draft, at: number): readonly WorkflowRun[] {
  const failed: WorkflowRun[] = []
  for (const workflow of draft.touchedWorkflows) {
    const status = statusOf(workflow.counts)
    const endedAt = unfinished(workflow.counts) > 0 ? null : (workflow.endedAt ?? at)
    if (status === workflow.status && endedAt === workflow.endedAt) continue
    const now = { ...workflow, status, endedAt }
    draft.putWorkflow(now)
    if (endedAt !== null) unlockAll(draft, now)
    if (status === 'failed' && workflow.endedAt === null) failed.push(now)
  }
  reportChange(draft)
  return failed
}

/** CircleCI's roll-up: unauthorized before failed before canceled; `not_run` alone spoils nothing. */
function statusOf(counts: Readonly<Record<JobStatus, number>>): WorkflowStatus {
  if (unfinished(counts) > 0) {
    if (counts.failed > 0) return 'failing'
    return active(counts) === 0 && counts.on_hold > 0 ? 'on_hold' : 'running'
  }
  if (counts.unauthorized > 0) return 'unauthorized'
  if (counts.failed > 0) return 'failed'
  return counts.canceled > 0 ? 'canceled' : 'success'
}

export const unfinished = (counts: Readonly<Record<JobStatus, number>>): number =>
  counts.blocked + counts.on_hold + active(counts)

export const active = (counts: Readonly<Record<JobStatus, number>>): number =>
  counts.queued + counts.running

export const isSmall = (workflow: WorkflowRun): boolean =>
  Object.values(workflow.counts).reduce((sum, count) => sum + count, 0) <= smallWorkflow

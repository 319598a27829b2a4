import type { ApprovalAnswer, PolicyRead } from '../model/event.ts'
import type { Hold, JobRun } from '../model/run.ts'
import { change, inState } from './change.ts'
import type { Draft } from './draft.ts'
import { reportPipeline } from './report.ts'

/** A held approval. */
export type Held = Extract<JobRun, { readonly status: 'on_hold' }>

/** What a hold is before its policy was read; also one that an older version stored. */
const unread: Hold = { policy: null, obstacle: null, approvals: [], expiresAt: null }

export const holdOf = (job: Held): Hold => job.hold ?? unread

/** An approval is held until people have decided; who may is read for its check. */
export function holdApproval(draft: Draft, job: JobRun, at: number): void {
  change(draft, inState(job, { status: 'on_hold', heldAt: at, hold: unread }))
  draft.effect({
    type: 'read-approval-policy',
    pipelineId: job.pipelineId,
    repository: draft.pipeline.trigger.repository,
    jobId: job.id,
    job: job.planned.name,
  })
}

/** The policy that was read for the check, at the beginning of the hold. */
export function hearOfPolicy(draft: Draft, event: PolicyRead): void {
  const job = draft.findJob(event.jobId)
  if (job?.status === 'on_hold') know(draft, job, event)
}

type Answer = Pick<ApprovalAnswer, 'policy' | 'obstacle'>

/** Remembers what the settings say now; where they cannot be read, what they said before still tells when it ends. */
export function know(draft: Draft, job: Held, { policy, obstacle }: Answer): Held {
  const before = holdOf(job)
  const hold = { ...before, policy: policy ?? before.policy, obstacle }
  const after = policy?.expiresAfterMs ?? null
  const expiresAt = after === null ? null : job.heldAt + after
  return keep(draft, job, policy === null ? hold : { ...hold, expiresAt })
}

/** Stores another hold, and comes back when it is over. */
export function keep(draft: Draft, job: Held, hold: Hold): Held {
  const { expiresAt } = hold
  if (expiresAt !== null && expiresAt !== holdOf(job).expiresAt) {
    const about = { pipelineId: job.pipelineId, jobId: job.id, at: expiresAt }
    draft.effect({ type: 'later', event: { type: 'approval-expired', ...about }, at: expiresAt })
  }
  const kept: Held = { ...job, hold }
  change(draft, kept)
  // The check of all says whom it waits for; its counts have not changed.
  reportPipeline(draft)
  return kept
}

import { waitsFor } from '../../model/approval-words.ts'
import { unreachable } from '../../model/result.ts'
import { isEnded, type JobRun } from '../../model/run.ts'

/** Why a job is where it is, in a few words; empty where its status says it all. */
export function standing(job: JobRun): string {
  if (isEnded(job)) return isPlainSuccess(job) ? '' : job.because
  switch (job.status) {
    case 'blocked':
      return ''
    case 'queued':
      return job.serial === 'waiting'
        ? `waits for its turn in the serial group ${job.planned.serialGroup}`
        : 'waits for a free worker'
    case 'running':
      return job.cancel ? `being canceled by ${job.cancel.by}` : ''
    case 'on_hold':
      return heldWords(job)
    default:
      return unreachable(job)
  }
}

/** A job that ran and succeeded; one that did nothing says why. */
const isPlainSuccess = ({ status, startedAt }: Extract<JobRun, { readonly endedAt: number }>) =>
  status === 'success' && startedAt !== null

function heldWords({ hold }: Extract<JobRun, { readonly status: 'on_hold' }>): string {
  if (hold?.obstacle) return `nobody can approve: ${hold.obstacle}`
  if (!hold?.policy) return 'waits for approval'
  const names = hold.approvals.map(({ person }) => person.login).join(', ')
  const so = names === '' ? '' : `approved by ${names}, `
  return `${so}waits for approval by ${waitsFor(hold.policy, hold.approvals.length)}`
}

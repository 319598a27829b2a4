import { inWords } from '../model/approval-words.ts'
import type { JobRun } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { type Held, holdOf } from './hold.ts'
import { end, settle } from './job.ts'

/** The time that was set is over; another one may have been set since. */
export function expireWhenDue(
  draft: Draft,
  { jobId, at }: { readonly jobId: JobRun['id']; readonly at: number },
): void {
  const job = draft.findJob(jobId)
  if (job?.status === 'on_hold' && isOver(job, at)) expire(draft, job, at)
}

export const isOver = (job: Held, at: number): boolean => {
  const { expiresAt } = holdOf(job)
  return expiresAt !== null && at >= expiresAt
}

export function expire(draft: Draft, job: Held, at: number): void {
  const { policy, approvals } = holdOf(job)
  const names = inWords(
    approvals.map(({ person }) => person.login),
    'and',
  )
  const late = `its time of ${timeOf((holdOf(job).expiresAt ?? at) - job.heldAt)} ran out`
  const because =
    approvals.length === 0
      ? `${late} and nobody approved`
      : `${late}: only ${names} approved, ${policy?.peopleNeeded} people were needed`
  end(draft, job, { status: 'canceled', because, at })
  settle(draft, [job.id], at)
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const

/** As settings write it, e.g. `7d` or `1d12h`. */
function timeOf(ms: number): string {
  let rest = ms
  const parts = units.map(([length, unit]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return count === 0 ? '' : `${count}${unit}`
  })
  return parts.join('')
}

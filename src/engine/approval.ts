import type { JobRun } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { end, settle } from './job.ts'

interface Verdict {
  readonly approved: boolean
  /** Login, for people. */
  readonly by: string
  readonly at: number
}

/** A held approval ends: approved is `success`, rejected is `canceled`, and its dependents hear of it. */
export function decideApproval(draft: Draft, job: JobRun, { approved, by, at }: Verdict): void {
  end(draft, job, {
    status: approved ? 'success' : 'canceled',
    because: `${approved ? 'approved' : 'rejected'} by ${by}`,
    at,
  })
  settle(draft, [job.id], at)
}

import type { JobRun } from '../model/run.ts'
import type { Person } from '../model/trigger.ts'
import type { Draft } from './draft.ts'
import { end, settle } from './job.ts'

interface Verdict {
  readonly approved: boolean
  readonly by: Person
  readonly at: number
}

/** A held approval ends: approved is `success`, rejected is `canceled`, and its dependents hear of it. */
export function decideApproval(draft: Draft, job: JobRun, { approved, by, at }: Verdict): void {
  end(
    draft,
    { ...job, authority: { person: by, by: 'approval' } },
    {
      status: approved ? 'success' : 'canceled',
      because: `${approved ? 'approved' : 'rejected'} by ${by.login}`,
      at,
    },
  )
  settle(draft, [job.id], at)
}

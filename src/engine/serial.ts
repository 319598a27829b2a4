import type { SerialEvent } from '../model/event.ts'
import type { JobRun } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { end, queue, settle } from './job.ts'
import { keepTurn } from './lock.ts'

/** What the group says about a job that waits; news about one that does not wait any more is old. */
export function hearOfTurn(draft: Draft, event: SerialEvent & { readonly at: number }): void {
  const job = draft.findJob(event.jobId)
  if (job?.status !== 'queued' || job.serial !== 'waiting') return
  const { at } = event
  if (event.type === 'serial-granted') return begin(draft, job, at)
  const group = `its serial group ${job.planned.serialGroup}`
  if (event.type === 'serial-passed')
    end(draft, job, {
      status: 'not_run',
      because: `a newer pipeline has, or waits for, ${group}`,
      at,
    })
  else end(draft, job, { status: 'canceled', because: `it waited 5 hours for ${group}`, at })
  settle(draft, [job.id], at)
}

/** A lock has done its work with that, and its workflow keeps the turn. */
function begin(draft: Draft, job: JobRun, at: number): void {
  if (job.planned.type !== 'lock') return queue(draft, { ...job, serial: 'held' }, at)
  keepTurn(draft, job)
  const because = `its workflow has the serial group ${job.planned.serialGroup}`
  end(draft, { ...job, serial: undefined }, { status: 'success', because, at })
  settle(draft, [job.id], at)
}

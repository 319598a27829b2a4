import type { WorkflowRun } from '../model/run.ts'
import { isEnded } from '../model/run.ts'
import { runAgain } from './chosen.ts'
import type { Draft } from './draft.ts'
import { notice } from './notice.ts'
import { rerunsAtMost, supersede } from './rerun.ts'

/**
 * CircleCI's `max_auto_reruns`: a workflow that failed is run again from its failed jobs, at once and for
 * the same person. Not one that was canceled, nor after somebody asked for a re-run. True when something
 * began.
 */
export function rerunFailed(draft: Draft, failed: readonly WorkflowRun[], at: number): boolean {
  const due = failed.filter(mayFollow)
  for (const workflow of due) begin(draft, workflow, at)
  return due.length > 0
}

const mayFollow = ({ autoReruns = 0, canceledBy, supersededBy, attempt }: WorkflowRun): boolean =>
  autoReruns > 0 && canceledBy === null && supersededBy === null && attempt <= rerunsAtMost

function begin(draft: Draft, workflow: WorkflowRun, at: number): void {
  const { id, name, autoReruns = 0 } = workflow
  const bad = draft.jobsOf(id).filter((job) => isEnded(job) && job.status !== 'success')
  const again = runAgain(
    draft,
    workflow,
    bad.map((job) => job.id),
  )
  supersede(draft, { ...workflow, autoReruns: autoReruns - 1 }, { again, by: new Map() }, at)
  const left = autoReruns === 1 ? 'for the last time' : `at most ${autoReruns - 1} more to come`
  notice(draft, null, `${name} failed and is run again by itself (${left}).`)
}

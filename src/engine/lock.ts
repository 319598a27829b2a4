import type { HeldLock, JobRun, WorkflowRun } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { giveBack } from './turn.ts'

/** The lock's turn belongs to its workflow from now on, until an unlock or the workflow's end. */
export function keepTurn(draft: Draft, { id, workflowId, planned }: JobRun): void {
  if (planned.serialGroup === null) return
  const workflow = draft.workflow(workflowId)
  const lock = { group: planned.serialGroup, jobId: id }
  draft.putWorkflow({ ...workflow, locks: [...(workflow.locks ?? []), lock] })
}

/** The workflow gives the group of the unlock back. */
export function unlock(draft: Draft, { workflowId, planned }: JobRun): void {
  letGo(draft, draft.workflow(workflowId), ({ group }) => group === planned.serialGroup)
}

/** Whatever became of the unlock, for instance in a workflow that was canceled: nothing is kept for ever. */
export const unlockAll = (draft: Draft, workflow: WorkflowRun): void =>
  letGo(draft, workflow, () => true)

function letGo(draft: Draft, workflow: WorkflowRun, which: (lock: HeldLock) => boolean): void {
  const { locks = [] } = workflow
  const free = locks.filter(which)
  if (free.length === 0) return
  for (const { group, jobId } of free) giveBack(draft, group, jobId)
  const kept = locks.filter((lock) => !which(lock))
  draft.putWorkflow({ ...workflow, locks: kept.length > 0 ? kept : undefined })
}

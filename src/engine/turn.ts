import type { JobId } from '../model/ids.ts'
import type { JobRun } from '../model/run.ts'
import type { Draft } from './draft.ts'

/** Groups are shared by all repositories of an owner, whatever its name is written like. */
export const scopeOf = (draft: Draft, group: string): string =>
  `${draft.pipeline.trigger.repository.owner.toLowerCase()}/${group}`

/** A job that waits or has the turn leaves its group, so that the next may begin. */
export function leaveGroup(draft: Draft, job: JobRun): void {
  const { serialGroup } = job.planned
  if (job.serial !== undefined && serialGroup !== null) giveBack(draft, serialGroup, job.id)
}

/** The turn that `jobId` has in the group ends. */
export const giveBack = (draft: Draft, group: string, jobId: JobId): void =>
  draft.effect({ type: 'serial-leave', scope: scopeOf(draft, group), jobId })

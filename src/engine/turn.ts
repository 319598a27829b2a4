import type { JobId } from '../model/ids.ts'
import type { JobRun } from '../model/run.ts'
import { isFromFork } from '../model/trigger.ts'
import type { Draft } from './draft.ts'

/** Groups are shared by all repositories of an owner, whatever its name is written like. */
export function scopeOf(draft: Draft, group: string): string {
  const { repository, ref } = draft.pipeline.trigger
  const scope = `${repository.owner.toLowerCase()}/${group}`
  // No stranger takes the turn of a deployment.
  return isFromFork(draft.pipeline.trigger) ? `fork/${repository.id}/${ref.name}/${scope}` : scope
}

/** A job that waits or has the turn leaves its group, so that the next may begin. */
export function leaveGroup(draft: Draft, job: JobRun): void {
  const { serialGroup } = job.planned
  if (job.serial !== undefined && serialGroup !== null) giveBack(draft, serialGroup, job.id)
}

/** The turn that `jobId` has in the group ends. */
export const giveBack = (draft: Draft, group: string, jobId: JobId): void =>
  draft.effect({ type: 'serial-leave', scope: scopeOf(draft, group), jobId })

import type { JobId } from '../model/ids.ts'
import type { RerunRequest, WorkflowRun } from '../model/run.ts'
import { isEnded } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { targetOf } from './notice.ts'

/** Ended jobs that the requests name. */
export function choose(
  draft: Draft,
  workflow: WorkflowRun,
  all: readonly RerunRequest[],
): readonly JobId[] {
  const requests = all.filter((one) => one.workflow === undefined || one.workflow === workflow.name)
  const bad = anythingFailed(draft)
  const everything = requests.some(({ what }) => what === 'all' || (what === 'suite' && !bad))
  const failed = requests.some(({ what }) => what === 'failed' || (what === 'suite' && bad))
  const named = new Set(requests.flatMap((one) => (one.jobId ? [target(draft, one.jobId)] : [])))
  return draft
    .jobsOf(workflow.id)
    .filter(isEnded)
    .filter((job) => everything || (failed && job.status !== 'success') || named.has(job.id))
    .map((job) => job.id)
}

/** The clicked job may stand in a superseded run; then the one that carries its result is meant. */
function target(draft: Draft, id: JobId): JobId | null {
  draft.job(id)
  return targetOf(draft, id)?.id ?? null
}

/** `not_run` alone is no failure: handlers of failures end so when all is well. */
const anythingFailed = (draft: Draft): boolean =>
  draft.workflows.some(({ counts }) => counts.failed + counts.canceled + counts.unauthorized > 0)

/**
 * What runs again: the chosen jobs, all that depends on them, and the locks behind which they ran, which
 * were given back meanwhile. What depends on `alone` keeps its result. A lock that the workflow still has is not taken twice.
 */
export function runAgain(
  draft: Draft,
  { id, locks = [] }: WorkflowRun,
  chosen: readonly JobId[],
  alone: readonly JobId[] = [],
): ReadonlySet<JobId> {
  const again = new Set([...withDependents(draft, chosen), ...alone])
  if (again.size === 0) return again
  const held = new Set(locks.map(({ group }) => group))
  const taking = draft.jobsOf(id).filter(({ planned }) => planned.type === 'lock')
  const kept = taking.filter(({ planned }) => held.has(planned.serialGroup ?? ''))
  const fresh = taking.filter((lock) => isEnded(lock) && guards(draft, lock.id, again))
  const all = new Set([...again, ...fresh.map((lock) => lock.id)])
  return all.difference(new Set(kept.map((lock) => lock.id)))
}

const guards = (draft: Draft, lock: JobId, again: ReadonlySet<JobId>): boolean =>
  !withDependents(draft, [lock]).isDisjointFrom(again)

/** The chosen jobs and all that ended and depends on one of them, directly or not. */
export function withDependents(draft: Draft, chosen: readonly JobId[]): ReadonlySet<JobId> {
  const again = new Set(chosen)
  let level = chosen
  while (level.length > 0) {
    const next = draft
      .dependentsOf(level)
      .map((edge) => draft.job(edge.to))
      .filter((job) => isEnded(job) && !again.has(job.id))
      .map((job) => job.id)
    for (const id of next) again.add(id)
    level = [...new Set(next)]
  }
  return again
}

import type { PipelineId } from '../../model/ids.ts'
import type { Person } from '../../model/trigger.ts'
import { at, id, personIn, sha, text } from './payload.ts'
import type { Delivery, Ignored, Reading, Self } from './reading.ts'
import { nothing, unusable } from './reading.ts'

/** "Re-run all checks" of a commit. The payload may name no branch, so the commit says which pipelines. */
export interface SuiteRerun {
  readonly repositoryId: number
  readonly sha: string
  readonly by: Person
}

/** Reads `check_suite.rerequested`. */
export function readSuiteRerun({ payload }: Delivery, self: Self): SuiteRerun | Ignored {
  const suite = at(payload, 'check_suite')
  const by = personIn(at(payload, 'sender'))
  if (id(at(suite, 'app', 'id')) !== self.appId) return nothing('a suite of another App')
  if (!by) return unusable('a re-run without a sender')
  if (by.login === `${text(at(suite, 'app', 'slug'))}[bot]`) return nothing('a re-run by this App')
  const repositoryId = id(at(payload, 'repository', 'id'))
  const commit = sha(at(suite, 'head_sha'))
  if (repositoryId === null || !commit) return unusable('a re-run without repository or commit')
  return { repositoryId, sha: commit, by }
}

/** One event for each pipeline of the commit. */
export function suiteEvents(
  { by }: SuiteRerun,
  pipelines: readonly PipelineId[],
  delivery: Delivery,
): Reading {
  if (pipelines.length === 0) return nothing('a re-run of a commit without a pipeline')
  return pipelines.map((pipelineId) => ({
    key: `${delivery.id}/${pipelineId}`,
    event: {
      type: 'action-requested',
      pipelineId,
      at: delivery.receivedAt,
      action: 'rerun-suite',
      jobId: null,
      current: true,
      by,
    },
  }))
}

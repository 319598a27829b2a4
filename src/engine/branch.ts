import type { Around } from '../model/event.ts'
import type { PullRequest } from '../model/trigger.ts'
import type { Draft } from './draft.ts'

/** What was found out about the branch while its config was read. */
export function hearAround(draft: Draft, around: Around | undefined, at: number): void {
  if (around === undefined) return
  rememberPullRequests(draft, around.pullRequests)
  if (around.cancelsOlder) cancelOlder(draft, 'first-runs', at)
}

export function rememberPullRequests(draft: Draft, pullRequests: readonly PullRequest[]): void {
  const { pipeline } = draft
  draft.putPipeline({ ...pipeline, trigger: { ...pipeline.trigger, pullRequests } })
}

/** Pipelines of the same branch before this one have nothing more to say, as far as `which` goes. */
export function cancelOlder(draft: Draft, which: 'held' | 'first-runs', at: number): void {
  const { number, trigger } = draft.pipeline
  if (trigger.ref.kind !== 'branch') return
  draft.effect({
    type: 'cancel-older',
    repositoryId: trigger.repository.id,
    branch: trigger.ref.name,
    number,
    sha: trigger.commit.sha,
    at,
    by: `pipeline ${number}, which is newer on this branch`,
    which,
  })
}

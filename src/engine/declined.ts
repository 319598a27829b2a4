import type { Event } from '../model/event.ts'
import type { Slice } from '../model/state.ts'
import { rememberPullRequests } from './branch.ts'
import type { Draft } from './draft.ts'
import { reportPipeline } from './report.ts'
import { askForConfig, become, inState } from './start.ts'

type Of<Type extends Event['type']> = Extract<Event, { readonly type: Type }>

/**
 * The branch has no pull request, and is built once it has. One that was opened after GitHub was asked may
 * have been heard of since.
 */
export function decline(draft: Draft, slice: Slice, { because }: Of<'declined'>): void {
  const { pipeline } = draft
  if (pipeline.state !== 'pending') return
  if ((pipeline.trigger.pullRequests ?? []).length > 0) return askForConfig(draft)
  if (slice.project) draft.putProject({ ...slice.project, onlyBuildPullRequests: true })
  become(draft, { state: 'ignored', because, awaits: 'pull-request' })
}

/** The pull request that a declined pipeline waits for, or one that has not been asked about yet. */
export function branchOpened(draft: Draft, { pullRequests }: Of<'pull-request-opened'>): void {
  const { pipeline } = draft
  const awaited = pipeline.state === 'ignored' && pipeline.awaits === 'pull-request'
  if (pipeline.state !== 'pending' && !awaited) return
  rememberPullRequests(draft, pullRequests)
  if (!awaited) return
  draft.putPipeline(inState(draft.pipeline, { state: 'pending' }))
  askForConfig(draft)
  reportPipeline(draft)
}

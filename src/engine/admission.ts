import type { Event } from '../model/event.ts'
import { derivedId, pipelineId } from '../model/ids.ts'
import type { PipelineState } from '../model/run.ts'
import type { Slice } from '../model/state.ts'
import { isFromFork, type Scalar, type Trigger } from '../model/trigger.ts'
import { cancelOlder } from './branch.ts'
import type { Draft } from './draft.ts'
import { reportPipeline } from './report.ts'
import { askForConfig, createPipeline, sameRef } from './start.ts'

type Of<Type extends Event['type']> = Extract<Event, { readonly type: Type }>

/** An event of a pull request: whether it starts something, the repository and GitHub have to be asked. */
export function proposePipeline(draft: Draft, slice: Slice, event: Of<'proposed'>): void {
  const { pipelineId: id, trigger } = event
  if (!slice.pipeline) draft.effect({ type: 'admit', pipelineId: id, trigger })
}

/** They were asked: a stranger's push begins, is held or refused; an own one begins where it is wanted. */
export function admitPipeline(draft: Draft, slice: Slice, event: Of<'admitted'>): void {
  if (slice.pipeline) return
  const { trigger, admission } = event
  if (isFromFork(trigger)) return admitFork(draft, slice, event)
  if (admission.opensBranch) openBranch(draft, slice, event)
  if (!admission.wanted) return
  createPipeline(draft, slice, event, { state: 'pending' })
  askForConfig(draft)
  reportPipeline(draft)
}

const forkStates: Readonly<Record<Of<'admitted'>['admission']['forks'], PipelineState>> = {
  hold: { state: 'held', because: 'a maintainer has to let this run' },
  never: { state: 'canceled', because: 'pull requests of forks are not run here' },
  always: { state: 'pending' },
}

/** Each push of a stranger has to be let in again, and only the newest can be. */
function admitFork(draft: Draft, slice: Slice, event: Of<'admitted'>): void {
  createPipeline(draft, slice, event, forkStates[event.admission.forks])
  cancelOlder(draft, 'held', event.at)
  if (draft.pipeline.state === 'pending') askForConfig(draft)
  reportPipeline(draft)
}

/**
 * The branch is built from now on, and first where it is. Its push may have been declined, or be about to
 * be: then it hears of the pull request. Where Sluice saw no push, this stands for it.
 */
function openBranch(draft: Draft, slice: Slice, event: Of<'admitted'>): void {
  const { trigger, at } = event
  const pushes = slice.siblings.filter(
    (sibling) => !sibling.beside && sameRef(sibling.ref, trigger.ref),
  )
  const pullRequests = trigger.pullRequests ?? []
  for (const { id } of pushes)
    draft.effect({
      type: 'later',
      event: { type: 'pull-request-opened', pipelineId: id, at, pullRequests },
      at,
    })
  if (pushes.length > 0) return
  const id = pipelineId(derivedId(event.pipelineId, 'push'))
  const started = { type: 'triggered', pipelineId: id, at, trigger: asPush(trigger) } as const
  draft.effect({ type: 'later', event: started, at })
}

/** What the push of the branch would have said. */
function asPush(trigger: Trigger): Trigger {
  const { commit, ref, event } = trigger
  const common = Object.entries(event.values).filter(([name]) =>
    /^(sender|repository)\./.test(name),
  )
  const values: Readonly<Record<string, Scalar>> = {
    ...Object.fromEntries(common),
    after: commit.sha,
    ref: `refs/heads/${ref.name}`,
    'head_commit.url': commit.url,
  }
  const before = null
  return { ...trigger, type: 'push', before, event: { name: 'push', action: 'push', values } }
}

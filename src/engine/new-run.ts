import { blockText } from '../model/block.ts'
import type { NoNewRun } from '../model/event.ts'
import { derivedId, pipelineId } from '../model/ids.ts'
import { isScalar } from '../model/parameters.ts'
import { isFromFork, type Person, type Scalar, type Trigger } from '../model/trigger.ts'
import type { Draft } from './draft.ts'
import { notice, saying } from './notice.ts'

/**
 * Somebody who may wants a pipeline of its own at the head of the same branch or tag, with the parameters of
 * this one. A stranger's branch is in another repository, where nothing of ours begins.
 */
export function requestNewRun(draft: Draft, person: Person, at: number): void {
  const { id, trigger } = draft.pipeline
  const said = saying('new-run', person)
  if (isFromFork(trigger))
    return notice(draft, null, `${said}: the branch is a fork's; re-run its checks instead.`)
  if (draft.block)
    return notice(draft, null, `${said}: ${blockText(draft.block)}; nothing changed.`)
  draft.effect({
    type: 'start-on-demand',
    pipelineId: id,
    fresh: pipelineId(derivedId(id, `new run at ${at}`)),
    repository: trigger.repository,
    ref: trigger.ref,
    person,
    parameters: parametersOf(trigger),
  })
  const { kind, name } = trigger.ref
  notice(draft, null, `${said}: it begins at the head of the ${kind} ${name}.`)
}

/** Branch or tag are gone. */
export const missNewRun = (draft: Draft, { by, because }: NoNewRun): void =>
  notice(draft, null, `${saying('new-run', by)}: ${because}; nothing began.`)

const parametersOf = ({ parameters }: Trigger): Readonly<Record<string, Scalar>> =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (isScalar(value) ? [[name, value]] : [])),
  )

import { derivedId, pipelineId } from '../model/ids.ts'
import type { RerunRequest } from '../model/run.ts'
import { choose } from './chosen.ts'
import { whileCompiling } from './continuation.ts'
import type { Draft } from './draft.ts'
import { notice } from './notice.ts'
import { active } from './status.ts'

/**
 * A setup workflow whose pipeline is continued has had its effect, and can have it once only: to run it
 * again takes a pipeline of its own.
 */
export function wantsFresh(draft: Draft, requests: readonly RerunRequest[]): boolean {
  const { continuation, state } = draft.pipeline
  if (!continuation || continuation.stage === 'open') return false
  const setup = draft.workflows.filter((workflow) => workflow.setup)
  return state === 'errored' || setup.some((one) => choose(draft, one, requests).length > 0)
}

/**
 * The same commit once more, from its setup workflow on, while nothing of this pipeline runs. With the rights
 * of the first who asked for just that.
 */
export function beginAfresh(draft: Draft, requests: readonly RerunRequest[], at: number): void {
  const { id, trigger } = draft.pipeline
  const names = new Set(requests.map(({ by }) => by.login))
  const first = requests.find((request) => wantsFresh(draft, [request]))
  const asked = `${[...names].join(', ')} asked for a re-run of the setup workflow`
  if (whileCompiling(draft.pipeline) || draft.workflows.some(({ counts }) => active(counts) > 0))
    return notice(draft, null, `${asked}: cancel what is still running or wait, then ask again.`)
  const fresh = pipelineId(derivedId(id, `rerun at ${at}`))
  const event = {
    type: 'triggered',
    pipelineId: fresh,
    at,
    trigger: { ...trigger, type: 'rerun', actor: first?.by ?? trigger.actor },
  } as const
  draft.effect({ type: 'later', event, at })
  notice(draft, null, `${asked}: a fresh pipeline of this commit begins with it.`)
}

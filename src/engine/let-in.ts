import type { Person } from '../model/trigger.ts'
import type { Draft } from './draft.ts'
import { notice } from './notice.ts'
import { askForConfig, inState } from './start.ts'

/** Somebody who may has let a held pipeline begin. */
export function letIn(draft: Draft, by: Person): void {
  const { pipeline } = draft
  if (pipeline.state !== 'held') return
  draft.putPipeline(inState(pipeline, { state: 'pending' }))
  askForConfig(draft)
  notice(draft, null, `${by.login} let this push of a fork run.`)
}

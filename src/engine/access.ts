import type { AccessLost } from '../model/event.ts'
import { cancelPipeline } from './cancel.ts'
import type { Draft } from './draft.ts'
import { become } from './start.ts'

/** Nothing can be fetched or shown any more: what runs is stopped, what waits is given up. */
export function loseAccess(
  draft: Draft,
  { because, at }: AccessLost & { readonly at: number },
): void {
  if (draft.pipeline.state === 'pending')
    return become(draft, { state: 'errored', because: `the App ${because}`, diagnostics: [] })
  cancelPipeline(draft, { by: `Sluice, because the App ${because}`, at })
}

import type { Action, ActionRequested } from '../model/event.ts'
import type { JobRun } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { isBot, notice, saying, targetOf } from './notice.ts'
import { isRerun, requestRerun } from './rerun.ts'

type Requested = ActionRequested & { readonly at: number }

/**
 * Somebody clicked. What is plainly impossible is refused at once with a notice on the newest check;
 * everything else waits for GitHub's answer about the person, asked now.
 */
export function requestAction(draft: Draft, event: Requested): void {
  const refusal = refusalOf(draft, event)
  if (refusal) return notice(draft, event.jobId, `${saying(event.action, event.by)}: ${refusal}`)
  if (isRerun(event.action)) return requestRerun(draft, event)
  draft.effect({
    type: 'ask-permission',
    pipelineId: draft.pipeline.id,
    repository: draft.pipeline.trigger.repository,
    request: { person: event.by, action: event.action, jobId: event.jobId },
  })
}

function refusalOf(draft: Draft, event: Requested): string | null {
  if (isBot(event.by)) return 'bots may not do this; nothing changed.'
  if (event.jobId === null) return event.current ? null : 'this check is outdated; nothing changed.'
  const target = targetOf(draft, event.jobId)
  if (!target || !event.current) return 'this check is outdated; nothing changed.'
  return impossible(target, event.action)
}

/** Why the action means nothing for a job in this state; null when it does. */
export function impossible(job: JobRun, action: Action): string | null {
  if (action === 'approve' || action === 'reject')
    return job.status === 'on_hold'
      ? null
      : `it is ${job.status} and waits for nobody; nothing changed.`
  if (action === 'cancel')
    return ['queued', 'running', 'on_hold', 'blocked'].includes(job.status)
      ? null
      : 'it has already ended; nothing changed.'
  return null
}

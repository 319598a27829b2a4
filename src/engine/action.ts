import type { ApprovalQuestion } from '../model/effect.ts'
import type { ActionRequested, PermissionRequest } from '../model/event.ts'
import type { Person } from '../model/trigger.ts'
import { needsContexts } from './ask-contexts.ts'
import { isAuthor, isForkAuthor } from './authors.ts'
import type { Draft } from './draft.ts'
import { type Held, holdOf } from './hold.ts'
import { impossible, impossibleForPipeline } from './impossible.ts'
import { isBot, notice, saying, targetOf } from './notice.ts'
import { answerPermission } from './permission.ts'
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
  const { id, trigger } = draft.pipeline
  const request = requestOf(event)
  if (event.granted) return answerPermission(draft, grantOf(event, request))
  const { repository } = trigger
  const approval = questionOf(draft, event)
  draft.effect({
    type: 'ask-permission',
    pipelineId: id,
    repository,
    request,
    ...(approval && { approval }),
  })
}

function questionOf(draft: Draft, { jobId, action, by }: Requested): ApprovalQuestion | null {
  const held = jobId === null ? null : targetOf(draft, jobId)
  if (held?.status === 'on_hold') return questionAbout(draft, held, by)
  if (jobId !== null || action !== 'approve') return null
  // To let a stranger's push begin: it gets no contexts, and one person is enough.
  return { job: null, contexts: [], author: isAuthor(draft.pipeline.trigger, by), earlier: [] }
}

/** What GitHub cannot know of an approval. */
function questionAbout(draft: Draft, held: Held, person: Person): ApprovalQuestion {
  const { trigger } = draft.pipeline
  return {
    job: held.planned.name,
    contexts: needsContexts(draft, held) ? held.planned.contexts : [],
    author: isAuthor(trigger, person),
    earlier: holdOf(held).approvals.map((one) => ({
      person: one.person,
      author: isAuthor(trigger, one.person),
    })),
  }
}

const requestOf = ({ by, action, jobId, workflow }: Requested): PermissionRequest => ({
  person: by,
  action,
  jobId,
  ...(workflow !== undefined && { workflow }),
})

const grantOf = ({ at }: Requested, request: PermissionRequest) =>
  ({ type: 'permission-answered', at, request, allowed: true, because: 'it was granted' }) as const

function refusalOf(draft: Draft, event: Requested): string | null {
  if (isBot(event.by)) return 'bots may not do this; nothing changed.'
  if (event.granted && isDecision(event.action))
    return 'only a person can decide this; nothing changed.'
  if (isForkAuthor(draft.pipeline.trigger, event.by))
    return 'who proposes a change from a fork may not do this; nothing changed.'
  if (event.jobId === null)
    return event.current
      ? impossibleForPipeline(draft, event.action)
      : 'this check is outdated; nothing changed.'
  const target = targetOf(draft, event.jobId)
  if (!target || !event.current) return 'this check is outdated; nothing changed.'
  return impossible(target, event.action)
}

const isDecision = (action: ActionRequested['action']): boolean =>
  action === 'approve' || action === 'reject'

import type { PermissionAnswered } from '../model/event.ts'
import { decideApproval } from './approval.ts'
import { cancelJob, cancelPipeline } from './cancel.ts'
import type { Draft } from './draft.ts'
import { impossible } from './impossible.ts'
import { requestNewRun } from './new-run.ts'
import { notice, saying, targetOf } from './notice.ts'
import { answerRerun, isRerun } from './rerun.ts'

type Answered = PermissionAnswered & { readonly at: number }

/** GitHub has answered about the person. Much may have happened since the click: all is looked at anew. */
export function answerPermission(draft: Draft, event: Answered): void {
  const { action, jobId, person, workflow = null } = event.request
  if (isRerun(action)) return answerRerun(draft, event)
  const said = saying(action, person)
  if (!event.allowed) return notice(draft, jobId, `${said}: ${event.because}; nothing changed.`)
  if (action === 'new-run') return requestNewRun(draft, person, event.at)
  if (jobId === null) return cancelPipeline(draft, { by: person.login, workflow }, event.at)
  const job = targetOf(draft, jobId)
  const refusal = job ? impossible(job, action) : 'this check is outdated; nothing changed.'
  if (!job || refusal) return notice(draft, jobId, `${said}: ${refusal}`)
  if (action === 'cancel') return cancelJob(draft, job, person.login, event.at)
  decideApproval(draft, job, { approved: action === 'approve', by: person, at: event.at })
}

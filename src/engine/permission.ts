import type { PermissionAnswered } from '../model/event.ts'
import type { WorkflowRun } from '../model/run.ts'
import { countVote } from './approval.ts'
import { cancelJob, cancelPipeline } from './cancel.ts'
import type { Draft } from './draft.ts'
import { know } from './hold.ts'
import { impossible, impossibleForPipeline } from './impossible.ts'
import { letIn } from './let-in.ts'
import { requestNewRun } from './new-run.ts'
import { notice, saying, targetOf } from './notice.ts'
import { answerRerun, isRerun } from './rerun.ts'

type Answered = PermissionAnswered & { readonly at: number }

/** GitHub has answered about the person. Much may have happened since the click: all is looked at anew. */
export function answerPermission(draft: Draft, event: Answered): void {
  const { action, jobId, person } = event.request
  if (isRerun(action)) return answerRerun(draft, event)
  const said = saying(action, person)
  if (!event.allowed) return refuse(draft, event, `${said}: ${event.because}; nothing changed.`)
  if (action === 'new-run') return requestNewRun(draft, person, event.at)
  if (jobId === null) return answerForPipeline(draft, event)
  const job = targetOf(draft, jobId)
  const refusal = job ? impossible(job, action) : 'this check is outdated; nothing changed.'
  if (!job || refusal) return notice(draft, jobId, `${said}: ${refusal}`)
  if (action === 'cancel') return cancelJob(draft, job, person.login, event.at)
  const { approval: answer } = event
  if (!answer || job.status !== 'on_hold')
    return notice(draft, jobId, `${said}: Sluice was updated meanwhile; nothing changed.`)
  const vote = { person, at: event.at, approves: action === 'approve', saying: said }
  countVote(draft, job, vote, answer)
}

/** The policy was read for the answer, so the check can tell the newest one. */
function refuse(draft: Draft, { request, approval }: Answered, text: string): void {
  const job = request.jobId && targetOf(draft, request.jobId)
  if (job?.status === 'on_hold' && approval) know(draft, job, approval)
  notice(draft, request.jobId, text)
}

function answerForPipeline(draft: Draft, { request, at }: Answered): void {
  const { action, person, workflow } = request
  const refusal = impossibleForPipeline(draft, action)
  if (refusal) return notice(draft, null, `${saying(action, person)}: ${refusal}`)
  if (action === 'approve') return letIn(draft, person)
  const isMeant = ({ name }: WorkflowRun) => workflow === undefined || name === workflow
  cancelPipeline(draft, { by: person.login, at }, isMeant)
}

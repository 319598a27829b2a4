import { inWords, morePeople } from '../model/approval-words.ts'
import type { ApprovalAnswer } from '../model/event.ts'
import type { Decision } from '../model/run.ts'
import type { Draft } from './draft.ts'
import { expire, isOver } from './expiry.ts'
import { type Held, holdOf, keep, know } from './hold.ts'
import { end, settle } from './job.ts'
import { notice } from './notice.ts'

/** Somebody who may has decided. */
export interface Vote extends Decision {
  readonly approves: boolean
  /** E.g. `ann asked to approve`. */
  readonly saying: string
}

/**
 * Counts what somebody decided who may: one rejection is enough, and so many different people have to
 * approve as the policy says. Whoever approved before and may no longer does not count any more.
 */
export function countVote(draft: Draft, held: Held, vote: Vote, answer: ApprovalAnswer): void {
  const job = know(draft, held, answer)
  const { person, at } = vote
  if (isOver(job, at)) {
    expire(draft, job, at)
    return notice(draft, job.id, `${vote.saying}: it was too late.`)
  }
  const decision = { person, at }
  if (!vote.approves) return decide(draft, job, 'rejected', [decision])
  const { approvals } = holdOf(job)
  const before = approvals.filter((one) => !answer.lapsed.includes(one.person.id))
  const again = before.some((one) => one.person.id === person.id)
  const all = again ? before : [...before, decision]
  const missing = (answer.policy?.peopleNeeded ?? Infinity) - all.length
  if (missing <= 0) return decide(draft, job, 'approved', all)
  keep(draft, job, { ...holdOf(job), approvals: all })
  const lapsed = approvals.filter((one) => !before.includes(one))
  for (const one of lapsed)
    notice(draft, job.id, `${one.person.login} may not approve any more and no longer counts.`)
  if (again) notice(draft, job.id, `${vote.saying} again; it waits for ${morePeople(missing)}.`)
}

/** A held approval ends: approved is `success`, rejected is `canceled`, and its dependents hear of it. */
function decide(
  draft: Draft,
  job: Held,
  word: 'approved' | 'rejected',
  decisions: readonly Decision[],
): void {
  const last = decisions.at(-1)
  if (!last) throw new Error('an approval was decided by nobody')
  const names = decisions.map(({ person }) => person.login)
  const status = word === 'approved' ? 'success' : 'canceled'
  const because = `${word} by ${inWords(names, 'and')}`
  // Of several people the last let the jobs run, so they run with that person's rights.
  const decided = { ...job, authority: { person: last.person, by: 'approval' } as const }
  end(draft, decided, { status, because, at: last.at, decisions })
  settle(draft, [job.id], last.at)
}

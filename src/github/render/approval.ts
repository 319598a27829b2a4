import { morePeople, waitsFor, whoMay } from '../../model/approval-words.ts'
import type { Decision, EndedJob, JobRun } from '../../model/run.ts'
import type { JobFacts } from '../../ports/checks.ts'
import { fitting } from './limits.ts'
import { code, sentence } from './markdown.ts'

type Held = Extract<JobRun, { readonly status: 'on_hold' }>

/** Whom a held approval waits for, as plain text, e.g. `a maintainer`; null: that is not known. */
function heldFor({ hold }: Held): string | null {
  if (!hold?.policy || hold.obstacle !== null) return null
  return waitsFor(hold.policy, hold.approvals.length)
}

/** The title of a held approval. */
export function heldTitle(job: Held): string {
  const { hold } = job
  if (hold?.obstacle) return `nobody can approve: ${hold.obstacle}`
  if (!hold?.policy || hold.approvals.length === 0) return `waits for approval${by(heldFor(job))}`
  const missing = Math.max(1, hold.policy.peopleNeeded - hold.approvals.length)
  const names = hold.approvals.map(({ person }) => person.login).join(', ')
  return `approved by ${names}, ${morePeople(missing)} needed`
}

const by = (who: string | null): string => (who === null ? '' : ` by ${who}`)

/** Who may decide, who has, until when, and what then runs. */
export function heldLines(job: Held, facts: JobFacts): readonly string[] {
  return [...policyLines(job), ...(job.hold?.approvals ?? []).map(approvedLine), nextLine(facts)]
}

function policyLines({ hold, planned }: Held): readonly string[] {
  if (hold?.obstacle) return [`**Nobody may decide now**: ${sentence(hold.obstacle)}.`]
  if (!hold?.policy) return ['Who may approve or reject this is being read from the settings.']
  const { policy, expiresAt } = hold
  const contexts = planned.contexts.map((name) => code(name)).join(', ')
  return [
    `Who may approve or reject: ${sentence(whoMay(policy))}. Asked from GitHub when a button is pressed.`,
    ...conditions(policy.peopleNeeded > 1, [
      `${policy.peopleNeeded} different people have to approve; one rejection is enough.`,
    ]),
    ...conditions(policy.notAuthor, ['Not the author of this change.']),
    ...conditions(contexts !== '', [`Only who may use ${contexts} can approve.`]),
    ...(expiresAt === null ? [] : [`It is canceled if this is not done by ${timeOf(expiresAt)}.`]),
  ]
}

const conditions = (holds: boolean, lines: readonly string[]) => (holds ? lines : [])

const approvedLine = (decision: Decision): string => `Approved by ${decidedBy(decision)}.`

/** Who decided and when; nothing where no person did. */
export function decisionLines({ status, decisions = [] }: EndedJob): readonly string[] {
  const word = status === 'success' ? 'Approved' : 'Rejected'
  return decisions.map((decision) => `${word} by ${decidedBy(decision)}.`)
}

const decidedBy = ({ person, at }: Decision): string => `${sentence(person.login)} at ${timeOf(at)}`

const timeOf = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** What an approval lets start, with what it is then given. */
function nextLine({ unlocks }: JobFacts): string {
  if (unlocks.length === 0) return 'No job waits for it.'
  const jobs = unlocks.map(({ name, contexts }) => {
    const used = contexts.map((one) => code(one)).join(', ')
    return used === '' ? code(name) : `${code(name)} (uses ${used})`
  })
  return `Approving lets start: ${fitting(jobs, 8000, (left) => `${left} more`).join(', ')}.`
}

/** For the one title of a pipeline: whom all its held approvals wait for, and their names. */
export function heldTogether(jobs: readonly Held[]): string {
  const names = jobs.map((job) => job.planned.name).join(', ')
  const [first, ...others] = new Set(jobs.map(heldFor))
  const whom = others.length === 0 && first !== undefined ? first : null
  return `waits for approval${by(whom)}: ${names}`
}

export const isHeld = (job: JobRun): job is Held => job.status === 'on_hold'

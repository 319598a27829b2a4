import { type Approvers, usualPolicy } from '../compile/project-settings/approvals.ts'
import { policyFor } from '../compile/project-settings/policy-for.ts'
import { judge, type Verdict } from '../engine/judge.ts'
import type { ApprovalQuestion, Effect } from '../model/effect.ts'
import type { ApprovalAnswer, Event } from '../model/event.ts'
import type { ApprovalPolicy, ProjectSettings } from '../model/project-settings.ts'
import type { Person, Repository } from '../model/trigger.ts'
import type { Clock } from '../ports/clock.ts'
import type { GitHub } from '../ports/github.ts'
import type { SecretNames } from '../ports/secrets.ts'
import { contextRefusal } from './contexts.ts'
import type { OnDefaultBranch } from './on-default-branch.ts'
import { obstacleOf, projectSettingsOf } from './project-settings.ts'
import { standingOf } from './standing.ts'

interface Parts {
  readonly github: Pick<GitHub, 'permission' | 'inTeam'> & OnDefaultBranch
  readonly contexts: Pick<SecretNames, 'contexts'>
  readonly clock: Clock
  readonly configPath: string
  readonly approvers: Approvers
}

type Asked = Extract<Effect, { readonly type: 'ask-permission' }>

/** What came of the question, and of an approval what its policy is now. */
type Ruling = Verdict & { readonly approval?: ApprovalAnswer }

/** A person waits for the answer: after this many tries it is no. */
const triesAtMost = 3

/**
 * Asks GitHub about a person now, and reads the policy now: nothing of it is remembered from earlier. Where
 * GitHub does not answer, the answer is no, and the check says so.
 */
export async function askPermission(parts: Parts, effect: Asked, tries: number): Promise<Event> {
  const { pipelineId, request } = effect
  const answer = (ruling: Ruling): Event => ({
    type: 'permission-answered',
    pipelineId,
    at: parts.clock.now(),
    request,
    ...ruling,
  })
  try {
    return answer(await rulingOn(parts, effect))
  } catch (error) {
    if (tries + 1 < triesAtMost) throw error
    return answer({ allowed: false, because: 'GitHub did not say whether they may; try again' })
  }
}

/** Who may cancel and run again, whatever is said about approvals. */
const writers = usualPolicy('write')

/** Whether the person may begin, cancel and run again in the repository, asked now. */
export const mayAct = (
  github: Parts['github'],
  repository: Repository,
  person: Person,
): Promise<Verdict> => verdictOn({ github }, repository, { person, author: false }, writers)

async function rulingOn(parts: Parts, effect: Asked): Promise<Ruling> {
  const { repository, request, approval } = effect
  const { action, person } = request
  if (action !== 'approve' && action !== 'reject') return mayAct(parts.github, repository, person)
  if (!approval)
    return { allowed: false, because: 'Sluice was updated since; press the button again' }
  const settings = await projectSettingsOf(parts, repository)
  if (settings.ok) return rulingBy(policyOf(settings.value, approval), parts, effect, approval)
  const obstacle = obstacleOf(settings.problem)
  return { allowed: false, because: obstacle, approval: { policy: null, obstacle, lapsed: [] } }
}

const policyOf = ({ approvals }: ProjectSettings, { job }: ApprovalQuestion): ApprovalPolicy =>
  job === null ? approvals.usual : policyFor(approvals, job)

async function rulingBy(
  policy: ApprovalPolicy,
  parts: Parts,
  { repository, request: { person, action } }: Asked,
  { contexts, author, earlier }: ApprovalQuestion,
): Promise<Ruling> {
  // Nobody is harmed by an author who rejects.
  const asked = { person, author: author && action === 'approve' }
  const verdict = await verdictOn(parts, repository, asked, policy)
  const lapsed: number[] = []
  if (verdict.allowed)
    for (const one of earlier)
      if (!(await verdictOn(parts, repository, one, policy)).allowed) lapsed.push(one.person.id)
  const approval = { policy, obstacle: null, lapsed }
  if (!verdict.allowed || action === 'reject') return { ...verdict, approval }
  const refusal = await contextRefusal(parts, { repository, contexts, person })
  return refusal === null
    ? { ...verdict, approval }
    : { allowed: false, because: refusal, approval }
}

const verdictOn = async (
  { github }: Pick<Parts, 'github'>,
  repository: Repository,
  who: { readonly person: Person; readonly author: boolean },
  policy: ApprovalPolicy,
): Promise<Verdict> => judge(policy, await standingOf(github, repository, who, policy))

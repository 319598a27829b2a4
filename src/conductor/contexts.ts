import { usualPolicy } from '../compile/project-settings/approvals.ts'
import { judge } from '../engine/judge.ts'
import type { Effect } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import type { Clock } from '../ports/clock.ts'
import { type GitHub, GitHubUnavailable } from '../ports/github.ts'
import type { Context, Restriction, SecretNames } from '../ports/secrets.ts'
import { standingOf } from './standing.ts'

interface Parts {
  readonly github: Pick<GitHub, 'permission' | 'inTeam'>
  readonly contexts: Pick<SecretNames, 'contexts'>
  readonly clock: Clock
}

type Asked = Extract<Effect, { readonly type: 'ask-contexts' }>

/** No person waits for the answer, so GitHub has some minutes to come back. */
const triesAtMost = 10

/** Looks whether a job may have the contexts that it names. Where GitHub does not answer, it may not. */
export async function askContexts(parts: Parts, effect: Asked, tries: number): Promise<Event> {
  const { pipelineId, jobId } = effect
  const answer = (refusal: string | null): Event => ({
    type: 'contexts-answered',
    pipelineId,
    at: parts.clock.now(),
    jobId,
    refusal,
  })
  try {
    return answer(await contextRefusal(parts, effect))
  } catch (error) {
    if (!(error instanceof GitHubUnavailable) || tries + 1 < triesAtMost) throw error
    const who = effect.person.login
    return answer(`GitHub did not say whether ${who} may use its contexts (${error.message})`)
  }
}

type Wish = Pick<Asked, 'repository' | 'contexts' | 'person'>

/** Why a person may not use one of the contexts, one sentence; null: every one is theirs to use. */
export async function contextRefusal(
  parts: Pick<Parts, 'github' | 'contexts'>,
  effect: Wish,
): Promise<string | null> {
  if (effect.contexts.length === 0) return null
  const { owner } = effect.repository
  const known = await parts.contexts.contexts(owner, effect.contexts)
  const missing = effect.contexts.find((name) => !known.some((one) => one.name === name))
  if (missing !== undefined)
    return `there is no context ${missing} in ${owner} (sluice secret set NAME --context ${missing} --org ${owner} makes it)`
  for (const context of known) {
    const refusal = await refusalBy(parts, effect, context)
    if (refusal !== null) return refusal
  }
  return null
}

/** One restriction that is met is enough. */
async function refusalBy(
  parts: Pick<Parts, 'github'>,
  effect: Wish,
  { name, restrictions }: Context,
): Promise<string | null> {
  const unmet: string[] = []
  for (const restriction of restrictions) {
    const reason = await unmetBecause(parts, effect, restriction)
    if (reason === null) return null
    unmet.push(reason)
  }
  return unmet.length === 0
    ? null
    : `${effect.person.login} may not use the context ${name}: ${unmet.join('; ')}`
}

async function unmetBecause(
  { github }: Pick<Parts, 'github'>,
  { repository, person }: Wish,
  restriction: Restriction,
): Promise<string | null> {
  if (restriction.kind === 'team') {
    const member = await github.inTeam(repository, restriction.slug, person)
    return member ? null : `${person.login} is not in the team ${restriction.slug}`
  }
  const policy = usualPolicy(restriction.least)
  const standing = await standingOf(github, repository, { person, author: false }, policy)
  const { allowed, because } = judge(policy, standing)
  return allowed ? null : because
}

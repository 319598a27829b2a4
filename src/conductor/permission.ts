import type { Effect } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import type { Clock } from '../ports/clock.ts'
import type { GitHub, Permission } from '../ports/github.ts'

/** The least role that may approve, reject, cancel and re-run. */
export type Approvers = 'write' | 'maintain' | 'admin'

interface Parts {
  readonly github: GitHub
  readonly clock: Clock
  readonly approvers: Approvers
}

/** A person waits for the answer: after this many tries it is no. */
const triesAtMost = 3

/** Asks GitHub about a person now. Where GitHub does not answer, the answer is no, and the check says so. */
export async function askPermission(
  parts: Parts,
  effect: Extract<Effect, { readonly type: 'ask-permission' }>,
  tries: number,
): Promise<Event> {
  const { pipelineId, repository, request } = effect
  const answer = (allowed: boolean, because: string): Event => ({
    type: 'permission-answered',
    pipelineId,
    at: parts.clock.now(),
    request,
    allowed,
    because,
  })
  try {
    const permission = await parts.github.permission(repository, request.person)
    return answer(...judge(permission, parts.approvers, request.person.login))
  } catch (error) {
    if (tries + 1 < triesAtMost) throw error
    return answer(false, 'GitHub did not say whether they may; try again')
  }
}

const ranks = { none: 0, read: 1, write: 2, maintain: 3, admin: 4 } as const

/** The one policy for all buttons: the person's role against the least one that may. */
export function judge(
  permission: Permission,
  least: Approvers,
  login: string,
): readonly [boolean, string] {
  const level = permission.role === 'maintain' ? 'maintain' : permission.level
  const has = level === 'none' ? 'no access' : `${permission.role} access`
  return ranks[level] >= ranks[least]
    ? [true, `${login} has ${has}`]
    : [false, `${login} has ${has}; ${least} access is needed`]
}

import { whatIsNeeded } from '../model/approval-words.ts'
import type { ApprovalPolicy } from '../model/project-settings.ts'

/** What GitHub and the pipeline say about a person now. */
export interface Standing {
  readonly login: string
  /** In the repository, as GitHub folds it. */
  readonly level: 'admin' | 'write' | 'read' | 'none'
  /** GitHub's name of the role: tells `maintain`, which is folded into `write`. */
  readonly role: string
  /** Slugs of the policy's teams of which they are a member. */
  readonly teams: readonly string[]
  /** Made the event that began the pipeline, or wrote its commit. */
  readonly author: boolean
}

export interface Verdict {
  readonly allowed: boolean
  /** One sentence for people, without a full stop. */
  readonly because: string
}

const ranks = { none: 0, read: 1, write: 2, maintain: 3, admin: 4 } as const

/**
 * Whether a policy lets a person in, and why: the one place that decides about approvals, cancels,
 * re-runs and restricted contexts. Who cannot even see the repository never may, nor does a role that
 * only sounds right: custom roles count by what GitHub folds them into.
 */
export function judge(policy: ApprovalPolicy, standing: Standing): Verdict {
  const { login, level, role } = standing
  const has = `${login} has ${level === 'none' ? 'no' : role} access`
  const reason = reasonFor(policy, standing)
  if (level === 'none' || reason === null)
    return { allowed: false, because: `${has}; ${whatIsNeeded(policy)}` }
  if (!policy.notAuthor || !standing.author) return { allowed: true, because: reason }
  return { allowed: false, because: `${login} is an author of this change; somebody else has to` }
}

/** What lets them in; null: nothing does. */
function reasonFor({ allow }: ApprovalPolicy, standing: Standing): string | null {
  const { login, level, role, teams } = standing
  const rank = role === 'maintain' && level === 'write' ? ranks.maintain : ranks[level]
  if (allow.role !== null && rank >= ranks[allow.role]) return `${login} has ${role} access`
  if (allow.people.some((one) => sameName(one, login))) return `${login} is named by the settings`
  const team = allow.teams.find((one) => teams.some((other) => sameName(one, other)))
  return team === undefined ? null : `${login} is in the team ${team}`
}

/** GitHub compares logins and slugs without case. */
const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

import type { ApprovalPolicy } from './project-settings.ts'

/** E.g. `people with maintain access, members of the team ops or ann`. */
export const whoMay = ({ allow: { role, teams, people } }: ApprovalPolicy): string =>
  inWords([...byRole(role), ...byTeam(teams), ...people], 'or')

const byRole = (role: ApprovalPolicy['allow']['role']): readonly string[] =>
  role === null ? [] : [`people with ${role} access`]

function byTeam(teams: readonly string[]): readonly string[] {
  if (teams.length === 0) return []
  return [`members of the team${teams.length === 1 ? '' : 's'} ${inWords(teams, 'or')}`]
}

/** What a refusal says, e.g. `write access is needed`. */
export const whatIsNeeded = (policy: ApprovalPolicy): string =>
  policy.allow.role !== null && policy.allow.teams.length + policy.allow.people.length === 0
    ? `${policy.allow.role} access is needed`
    : `only ${whoMay(policy)} may`

const oneWith = {
  write: 'somebody with write access',
  maintain: 'a maintainer',
  admin: 'an administrator',
} as const

/** E.g. `a maintainer`, `2 people (a maintainer, ann)`: whom a held approval waits for, after `already` did. */
export function waitsFor({ allow, peopleNeeded }: ApprovalPolicy, already = 0): string {
  const { role, teams, people } = allow
  const member = teams.length === 0 ? [] : [`a member of ${inWords(teams, 'or')}`]
  const one = inWords([...(role === null ? [] : [oneWith[role]]), ...member, ...people], 'or')
  const missing = Math.max(1, peopleNeeded - already)
  if (already > 0) return `${morePeople(missing)} (${one})`
  return missing === 1 ? one : `${missing} people (each ${one})`
}

/** E.g. `one more person`, `2 more people`. */
export const morePeople = (count: number): string =>
  count === 1 ? 'one more person' : `${count} more people`

/** E.g. `a, b and c`. */
export const inWords = (words: readonly string[], last: 'and' | 'or'): string =>
  words.length < 2
    ? words.join()
    : `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]}`

import { judge, type Standing } from '../engine/judge.ts'
import type { ApprovalPolicy } from '../model/project-settings.ts'
import type { Person, Repository } from '../model/trigger.ts'
import type { GitHub } from '../ports/github.ts'

interface Who {
  readonly person: Person
  readonly author: boolean
}

/** What a policy asks about a person, asked from GitHub now: teams only where nothing else lets them in. */
export async function standingOf(
  github: Pick<GitHub, 'permission' | 'inTeam'>,
  repository: Repository,
  { person, author }: Who,
  policy: ApprovalPolicy,
): Promise<Standing> {
  const { login } = person
  const { level, role } = await github.permission(repository, person)
  const standing = { login, level, role, author, teams: [] }
  if (level === 'none' || judge({ ...policy, notAuthor: false }, standing).allowed) return standing
  for (const team of policy.allow.teams)
    if (await github.inTeam(repository, team, person)) return { ...standing, teams: [team] }
  return standing
}

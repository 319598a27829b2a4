import type { Person, Repository } from '../model/trigger.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'

/**
 * Whether the person is a member of the team, asked now; invited ones are not yet. GitHub answers by login,
 * so it is asked who has the login: after a renaming it may be somebody else. 404 is "no member".
 */
export async function inTeam(
  { probot, clock }: Asking,
  repository: Repository,
  slug: string,
  person: Person,
): Promise<boolean> {
  const username = person.login
  try {
    const octokit = await probot.auth(repository.installationId)
    const team = { org: repository.owner, team_slug: slug, username }
    const { data } = await octokit.rest.teams.getMembershipForUserInOrg(team)
    if (data.state !== 'active') return false
    const { data: user } = await octokit.rest.users.getByUsername({ username })
    return user.id === person.id
  } catch (error) {
    const failure = failureOf(error, clock.now())
    if (failure.kind === 'refused' && failure.status === 404) return false
    throw unavailable(error, `cannot ask for the teams of ${username}`, clock.now())
  }
}

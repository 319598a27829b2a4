import type { Person, Repository } from '../model/trigger.ts'
import type { Permission } from '../ports/github.ts'
import { failureOf, unavailable } from './failure.ts'
import type { Asking } from './files.ts'

const nothing: Permission = { level: 'none', role: 'none' }

/**
 * What the person may do in the repository, asked now. GitHub answers by login, so the id is compared:
 * a login that was renamed and taken by somebody else has no rights here. 404 is "no access".
 */
export async function permission(
  { probot, clock }: Asking,
  repository: Repository,
  person: Person,
): Promise<Permission> {
  const { owner, name: repo } = repository
  try {
    const octokit = await probot.auth(repository.installationId)
    const request = { owner, repo, username: person.login }
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel(request)
    if (data.user?.id !== person.id) return nothing
    return { level: levelOf(data.permission), role: data.role_name }
  } catch (error) {
    const failure = failureOf(error, clock.now())
    if (failure.kind === 'refused' && failure.status === 404) return nothing
    throw unavailable(error, `cannot ask for the permission of ${person.login}`, clock.now())
  }
}

/** GitHub folds `maintain` and `triage` itself; older servers may not. Unknown words grant nothing. */
function levelOf(word: string): Permission['level'] {
  switch (word) {
    case 'admin':
      return 'admin'
    case 'write':
    case 'maintain':
      return 'write'
    case 'read':
    case 'triage':
      return 'read'
    default:
      return 'none'
  }
}

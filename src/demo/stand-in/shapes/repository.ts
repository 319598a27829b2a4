import { isoTime } from '../clock.ts'
import type { JsonObject } from '../description/schema.ts'
import type { Repository } from '../world.ts'
import { userShape } from './user.ts'

/** A repository as GitHub shows it in answers and payloads. */
export const repositoryShape = (url: string, repository: Repository): JsonObject => ({
  id: repository.id,
  node_id: `R_${repository.id}`,
  name: repository.name,
  full_name: repository.fullName,
  private: repository.private,
  visibility: repository.private ? 'private' : 'public',
  owner: userShape(url, repository.owner),
  default_branch: repository.defaultBranch,
  fork: repository.forkOf !== null,
  archived: repository.archived,
  disabled: false,
  url: `${url}/api/v3/repos/${repository.fullName}`,
  html_url: `${url}/${repository.fullName}`,
  clone_url: `${url}/${repository.fullName}.git`,
  git_url: `${url}/${repository.fullName}.git`,
  ssh_url: `git@127.0.0.1:${repository.fullName}.git`,
  created_at: isoTime(repository.createdAt),
  updated_at: isoTime(repository.pushedAt),
  pushed_at: isoTime(repository.pushedAt),
})

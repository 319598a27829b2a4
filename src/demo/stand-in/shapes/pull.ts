import { isoTime } from '../clock.ts'
import type { JsonObject } from '../description/schema.ts'
import type { Pull, Repository } from '../world.ts'
import { repositoryShape } from './repository.ts'
import { userShape } from './user.ts'

/** A pull request as the pulls API and `pull_request` payloads show it. */
export const pullShape = (url: string, pull: Pull): JsonObject => {
  const side = (repository: Repository, ref: string, sha: string) => ({
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    repo: repositoryShape(url, repository),
    user: userShape(url, repository.owner),
  })
  return {
    id: pull.id,
    number: pull.number,
    node_id: `PR_${pull.id}`,
    title: pull.title,
    state: pull.state,
    draft: pull.draft,
    locked: false,
    body: null,
    user: userShape(url, pull.author),
    head: side(pull.headRepository, pull.head, pull.headSha),
    base: side(pull.repository, pull.base, pull.baseSha),
    labels: pull.labels.map(labelShape),
    url: `${url}/api/v3/repos/${pull.repository.fullName}/pulls/${pull.number}`,
    html_url: `${url}/${pull.repository.fullName}/pull/${pull.number}`,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.createdAt),
  }
}

export const labelShape = (name: string): JsonObject => ({
  id: 1 + Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) % 1e9, 7),
  node_id: `LA_${name}`,
  name,
  color: 'ededed',
  default: false,
  description: null,
})

/** A pull request as check runs and suites list it. */
export const minimalPullShape = (url: string, pull: Pull): JsonObject => {
  const repo = {
    id: pull.repository.id,
    name: pull.repository.name,
    url: `${url}/api/v3/repos/${pull.repository.fullName}`,
  }
  return {
    id: pull.id,
    number: pull.number,
    url: `${url}/api/v3/repos/${pull.repository.fullName}/pulls/${pull.number}`,
    head: { ref: pull.head, sha: pull.headSha, repo },
    base: { ref: pull.base, sha: pull.baseSha, repo },
  }
}

import { isoTime } from '../clock.ts'
import type { JsonObject } from '../description/schema.ts'
import type { Pull } from '../world.ts'
import { repositoryShape } from './repository.ts'
import { userShape } from './user.ts'

/** A pull request as the pulls API and `pull_request` payloads show it. */
export const pullShape = (url: string, pull: Pull): JsonObject => {
  const repo = repositoryShape(url, pull.repository)
  const user = userShape(url, pull.repository.owner)
  const side = (ref: string, sha: string) => ({
    label: `${pull.repository.owner.login}:${ref}`,
    ref,
    sha,
    repo,
    user,
  })
  return {
    id: pull.id,
    number: pull.number,
    node_id: `PR_${pull.id}`,
    title: pull.title,
    state: 'open',
    draft: false,
    locked: false,
    body: null,
    user: userShape(url, pull.author),
    head: side(pull.head, pull.headSha),
    base: side(pull.base, pull.baseSha),
    url: `${url}/api/v3/repos/${pull.repository.fullName}/pulls/${pull.number}`,
    html_url: `${url}/${pull.repository.fullName}/pull/${pull.number}`,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.createdAt),
  }
}

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

import { resolveCommit } from './git/commits.ts'
import { findPerson, ownerNamed } from './people.ts'
import { findRepository } from './rest/call.ts'
import { pullShape } from './shapes/pull.ts'
import { emit } from './webhooks/emit.ts'
import { pointPullRef } from './webhooks/pushed.ts'
import type { Pull, World } from './world.ts'

export interface NewPull {
  /** `owner/name`. */
  readonly repository: string
  /** Branches of that repository. */
  readonly head: string
  /** Default: the default branch. */
  readonly base?: string
  readonly title?: string
  /** Login. Default: the owner of the repository. */
  readonly author?: string
}

/** Opens a pull request between two branches; sends `pull_request.opened`. */
export const openPull = async (world: World, wanted: NewPull): Promise<Pull> => {
  const repository = findRepository(world, wanted.repository)
  if (!repository) throw new Error(`there is no ${wanted.repository}`)
  const base = wanted.base ?? repository.defaultBranch
  const headCommit = await resolveCommit(repository, `heads/${wanted.head}`)
  const baseCommit = await resolveCommit(repository, `heads/${base}`)
  if (!headCommit || !baseCommit) throw new Error(`no branch ${wanted.head} or ${base}`)
  const number = world.pulls.filter((one) => one.repository === repository).length + 1
  const author = findPerson(world, wanted.author ?? '') ?? ownerNamed(world, repository.owner.login)
  const pull: Pull = {
    id: world.nextId('pull'),
    number,
    repository,
    title: wanted.title ?? wanted.head,
    author,
    head: wanted.head,
    base,
    headSha: headCommit.sha,
    baseSha: baseCommit.sha,
    createdAt: world.clock.now(),
  }
  await pointPullRef(world.git, pull)
  world.pulls.push(pull)
  const payload = { number, pull_request: pullShape(world.url, pull) }
  void emit(world, { event: 'pull_request', action: 'opened', repository, sender: author, payload })
  return pull
}

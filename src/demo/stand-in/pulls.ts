import type { JsonObject } from './description/schema.ts'
import { resolveCommit } from './git/commits.ts'
import { moveBranch } from './git/move-branch.ts'
import { findPerson, ownerNamed } from './people.ts'
import { findRepository } from './rest/call.ts'
import { labelShape, pullShape } from './shapes/pull.ts'
import { emit } from './webhooks/emit.ts'
import { announcePush, pointPullRef } from './webhooks/pushed.ts'
import type { Person, Pull, Repository, World } from './world.ts'

export interface NewPull {
  /** `owner/name` of the base. */
  readonly repository: string
  /** A branch of that repository, or of `fork`. */
  readonly head: string
  /** `owner/name` of the fork that has the head. */
  readonly fork?: string
  /** Default: the default branch. */
  readonly base?: string
  readonly title?: string
  /** Login. Default: the owner of the head's repository. */
  readonly author?: string
  readonly draft?: boolean
}

/** Opens a pull request between two branches; sends `pull_request.opened`. */
export const openPull = async (world: World, wanted: NewPull): Promise<Pull> => {
  const repository = repositoryNamed(world, wanted.repository)
  const from = repositoryNamed(world, wanted.fork ?? wanted.repository)
  const base = wanted.base ?? repository.defaultBranch
  const headCommit = await resolveCommit(from, `heads/${wanted.head}`)
  const baseCommit = await resolveCommit(repository, `heads/${base}`)
  if (!headCommit || !baseCommit) throw new Error(`no branch ${wanted.head} or ${base}`)
  const number = world.pulls.filter((one) => one.repository === repository).length + 1
  const author = findPerson(world, wanted.author ?? '') ?? ownerNamed(world, from.owner.login)
  const pull: Pull = {
    id: world.nextId('pull'),
    number,
    repository,
    title: wanted.title ?? wanted.head,
    author,
    headRepository: from,
    head: wanted.head,
    base,
    headSha: headCommit.sha,
    baseSha: baseCommit.sha,
    createdAt: world.clock.now(),
    draft: wanted.draft ?? false,
    state: 'open',
    merged: false,
    labels: [],
  }
  await pointPullRef(world.git, pull)
  world.pulls.push(pull)
  void announce(world, pull, { action: 'opened', sender: author, more: {} })
  return pull
}

/**
 * What people do with a pull request, named by login. Each resolves when the webhooks that it caused were
 * answered or have failed.
 */
export interface PullPages {
  label(pull: Pull, name: string, login: string): Promise<void>
  markReady(pull: Pull, login: string): Promise<void>
  close(pull: Pull, login: string): Promise<void>
  reopen(pull: Pull, login: string): Promise<void>
  /** Moves the base branch to the head, which has to come after it. */
  merge(pull: Pull, login: string): Promise<void>
}

export const makePullPages = (world: World): PullPages => {
  const did = (pull: Pull, action: string, login: string, more = {}) =>
    announce(world, pull, { action, sender: personNamed(world, login), more })
  return {
    label: async (pull, name, login) => {
      pull.labels.push(name)
      await did(pull, 'labeled', login, { label: labelShape(name) })
    },
    markReady: async (pull, login) => {
      pull.draft = false
      await did(pull, 'ready_for_review', login)
    },
    close: async (pull, login) => {
      pull.state = 'closed'
      await did(pull, 'closed', login)
    },
    reopen: async (pull, login) => {
      pull.state = 'open'
      await did(pull, 'reopened', login)
    },
    merge: async (pull, login) => {
      const move = () => moveBranch(world.git, pull.repository, pull.base, pull.headSha)
      await announcePush(world, pull.repository, personNamed(world, login), move)
      Object.assign(pull, { state: 'closed', merged: true })
      await did(pull, 'closed', login)
    },
  }
}

interface Deed {
  readonly action: string
  readonly sender: Person
  /** What the payload says beyond the pull request. */
  readonly more: JsonObject
}

/** Payloads of webhooks say more about a pull request than lists of them. */
const announce = (world: World, pull: Pull, { action, sender, more }: Deed): Promise<void> => {
  const merged = { merged: pull.merged, merged_at: null }
  const payload = {
    number: pull.number,
    pull_request: { ...pullShape(world.url, pull), ...merged },
    ...more,
  }
  return emit(world, {
    event: 'pull_request',
    action,
    repository: pull.repository,
    sender,
    payload,
  })
}

export const personNamed = (world: World, login: string): Person => {
  const person = findPerson(world, login)
  if (!person) throw new Error(`nobody is called ${login}`)
  return person
}

const repositoryNamed = (world: World, name: string): Repository => {
  const repository = findRepository(world, name)
  if (!repository) throw new Error(`there is no ${name}`)
  return repository
}

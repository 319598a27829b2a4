import { requestSuite } from '../checks/suites.ts'
import { type Git, runGit } from '../git/git.ts'
import { changesBetween, type RefChange, type Refs, readRefs, zeroSha } from '../git/refs.ts'
import { pullShape } from '../shapes/pull.ts'
import type { Person, Pull, Repository, World } from '../world.ts'
import { emit } from './emit.ts'
import { pushPayload } from './push-payload.ts'

/** More tags than these in one push, and GitHub says nothing about them. */
const mostTags = 3
const mostBranches = 5000

/**
 * Does `change` to the repository and tells the App about every ref that came out different: `push`,
 * `create` or `delete`, and a check suite for a branch's new commit. Resolves when all webhooks are on
 * their way, with what `change` returned.
 */
export const announcePush = async <T>(
  world: World,
  repository: Repository,
  pusher: Person,
  change: () => Promise<T>,
): Promise<T> => {
  const work = repository.pushing.then(async () => {
    const old = await readRefs(world.git, repository.directory)
    const result = await change()
    const changes = changesBetween(old, await readRefs(world.git, repository.directory))
    if (changes.length > 0) repository.pushedAt = world.clock.now()
    for (const one of audible(changes))
      await announce(world, repository, { change: one, old, pusher })
    return result
  })
  repository.pushing = work.catch(() => undefined)
  return work
}

const audible = (changes: readonly RefChange[]): readonly RefChange[] => {
  const tags = changes.filter((change) => change.ref.startsWith('refs/tags/'))
  const branches = changes.filter((change) => change.ref.startsWith('refs/heads/'))
  return [
    ...(branches.length > mostBranches ? [] : branches),
    ...(tags.length > mostTags ? [] : tags),
  ]
}

interface Announced {
  readonly change: RefChange
  readonly old: Refs
  readonly pusher: Person
}

const announce = async (
  world: World,
  repository: Repository,
  { change, old, pusher }: Announced,
): Promise<void> => {
  const { payload, head } = await pushPayload(world, repository, { change, old, pusher })
  const told = { repository, sender: pusher }
  void emit(world, { ...told, event: 'push', action: null, payload })
  announceRef(world, told, change)
  const branch = branchOf(change)
  if (branch === null || head === null) return
  requestSuite(world, {
    repository,
    commit: head,
    headBranch: branch,
    before: change.before,
    sender: pusher,
  })
  await movePulls(world, repository, change, pusher)
}

/** `create` and `delete`, for Apps that subscribed to them. */
const announceRef = (
  world: World,
  told: { readonly repository: Repository; readonly sender: Person },
  { ref, before, after }: RefChange,
): void => {
  if (before !== zeroSha && after !== zeroSha) return
  const branch = ref.startsWith('refs/heads/')
  const payload = {
    ref: ref.replace(/^refs\/(heads|tags)\//, ''),
    ref_type: branch ? 'branch' : 'tag',
    pusher_type: 'user',
    ...(before === zeroSha && { master_branch: told.repository.defaultBranch, description: null }),
  }
  const event = before === zeroSha ? 'create' : 'delete'
  void emit(world, { ...told, event, action: null, payload })
}

const branchOf = ({ ref }: RefChange): string | null =>
  ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null

/** Pull requests from the branch follow it. */
const movePulls = async (
  world: World,
  repository: Repository,
  change: RefChange,
  sender: Person,
): Promise<void> => {
  const moved = world.pulls.filter(
    (pull) =>
      pull.headRepository === repository &&
      pull.state === 'open' &&
      pull.head === branchOf(change) &&
      change.after !== zeroSha,
  )
  for (const pull of moved) {
    pull.headSha = change.after
    await pointPullRef(world.git, pull)
    const payload = {
      number: pull.number,
      before: change.before,
      after: change.after,
      pull_request: pullShape(world.url, pull),
    }
    const about = { repository: pull.repository, sender, payload }
    void emit(world, { event: 'pull_request', action: 'synchronize', ...about })
  }
}

/** `refs/pull/N/head`, by which anybody can fetch what a pull request proposes, also from a fork. */
export const pointPullRef = async (git: Git, pull: Pull): Promise<void> => {
  const { headRepository, repository, headSha } = pull
  if (headRepository !== repository)
    await runGit(git, repository.directory, ['fetch', '--quiet', headRepository.directory, headSha])
  const ref = `refs/pull/${pull.number}/head`
  await runGit(git, pull.repository.directory, ['update-ref', ref, pull.headSha])
}

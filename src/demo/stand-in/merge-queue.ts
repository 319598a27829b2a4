import type { CommitInfo } from './git/commit-info.ts'
import { resolveCommit } from './git/commits.ts'
import { runGit } from './git/git.ts'
import { moveBranch } from './git/move-branch.ts'
import { personNamed } from './pulls.ts'
import { emit } from './webhooks/emit.ts'
import { announcePush } from './webhooks/pushed.ts'
import type { Pull, Repository, World } from './world.ts'

/** What a merge queue would merge next, tested under a branch of its own. */
export interface MergeGroup {
  readonly repository: Repository
  readonly branch: string
  readonly sha: string
  readonly base: string
  readonly baseSha: string
}

/** GitHub's merge queue with groups of one. Which of the two webhooks comes first is left to the courier. */
export interface MergeQueue {
  /** Pushes the group's branch and sends `merge_group.checks_requested`. */
  enqueue(pull: Pull, login: string): Promise<MergeGroup>
  /** Ends the group: `merge_group.destroyed`, and the branch is deleted; merged, the base moves first. */
  destroy(
    group: MergeGroup,
    reason: 'merged' | 'invalidated' | 'dequeued',
    login: string,
  ): Promise<void>
}

export const makeMergeQueue = (world: World): MergeQueue => ({
  enqueue: async (pull, login) => {
    const { repository, base } = pull
    const sender = personNamed(world, login)
    const tip = await commitAt(repository, `heads/${base}`)
    const sha = await mergeCommit(world, pull, tip)
    const branch = `gh-readonly-queue/${base}/pr-${pull.number}-${tip.sha}`
    const group: MergeGroup = { repository, branch, sha, base, baseSha: tip.sha }
    const move = () => moveBranch(world.git, repository, branch, sha)
    await announcePush(world, repository, sender, move)
    const payload = { merge_group: await groupShape(group) }
    void emit(world, {
      event: 'merge_group',
      action: 'checks_requested',
      repository,
      sender,
      payload,
    })
    return group
  },
  destroy: async (group, reason, login) => {
    const { repository, branch, base, sha } = group
    const sender = personNamed(world, login)
    const payload = { reason, merge_group: await groupShape(group) }
    if (reason === 'merged')
      await announcePush(world, repository, sender, () =>
        moveBranch(world.git, repository, base, sha),
      )
    await announcePush(world, repository, sender, () =>
      moveBranch(world.git, repository, branch, null),
    )
    await emit(world, { event: 'merge_group', action: 'destroyed', repository, sender, payload })
  },
})

/** With the files of the head, as if nothing else had changed on the base. */
const mergeCommit = async (world: World, pull: Pull, tip: CommitInfo): Promise<string> => {
  const parents = ['-p', tip.sha, '-p', pull.headSha]
  const identity = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.example']
  const message = `Merge pull request #${pull.number} from ${pull.head}`
  const tree = `${pull.headSha}^{tree}`
  const words = [...identity, 'commit-tree', tree, ...parents, '-m', message]
  return (await runGit(world.git, pull.repository.directory, words)).trim()
}

const groupShape = async ({ repository, branch, sha, base, baseSha }: MergeGroup) => {
  const { tree, message, author, committer } = await commitAt(repository, sha)
  return {
    head_sha: sha,
    head_ref: `refs/heads/${branch}`,
    base_sha: baseSha,
    base_ref: `refs/heads/${base}`,
    head_commit: {
      id: sha,
      tree_id: tree,
      message,
      timestamp: committer.date,
      author: { name: author.name, email: author.email },
      committer: { name: committer.name, email: committer.email },
    },
  }
}

const commitAt = async (repository: Repository, ref: string): Promise<CommitInfo> => {
  const commit = await resolveCommit(repository, ref)
  if (!commit) throw new Error(`${repository.fullName} has no ${ref}`)
  return commit
}

import type { JsonObject } from '../description/schema.ts'
import type { CommitInfo } from '../git/commit-info.ts'
import { findCommit, resolveCommit } from '../git/commits.ts'
import { runGit } from '../git/git.ts'
import { type RefChange, type Refs, zeroSha } from '../git/refs.ts'
import type { Person, Repository, World } from '../world.ts'

/** GitHub lists at most so many commits in a push. */
const mostCommits = 2048
const mostFiles = 3000

export interface PushedRef {
  readonly change: RefChange
  /** Branches and tags before the push. */
  readonly old: Refs
  readonly pusher: Person
}

/** What a `push` webhook says about one ref; its head commit too, null when the ref was deleted. */
export const pushPayload = async (
  world: World,
  repository: Repository,
  { change, old, pusher }: PushedRef,
): Promise<{ readonly payload: JsonObject; readonly head: CommitInfo | null }> => {
  const { ref, before, after } = change
  const head = after === zeroSha ? null : await resolveCommit(repository, after)
  const branch = ref.startsWith('refs/heads/')
  const history = branch && head ? await readHistory(world, repository, change, old) : noHistory
  const commits = await Promise.all(
    history.commits.map((listed) => describeCommit(world, repository, listed)),
  )
  const payload = {
    ref,
    before,
    after,
    created: before === zeroSha,
    deleted: after === zeroSha,
    forced: history.forced,
    base_ref: history.baseRef,
    compare: compareUrl(world, repository, change),
    commits,
    head_commit: head && commitPayload(world, repository, head, { distinct: true, files: [] }),
    pusher: { name: pusher.login, email: `${pusher.login}@users.noreply.invalid` },
  }
  return { payload: { ...payload, head_commit: commits.at(-1) ?? payload.head_commit }, head }
}

type FileChange = readonly [status: string, path: string]

interface Listed {
  readonly sha: string
  readonly distinct: boolean
  readonly files: readonly FileChange[]
}

interface History {
  readonly commits: readonly Listed[]
  readonly forced: boolean
  readonly baseRef: string | null
}

const noHistory: History = { commits: [], forced: false, baseRef: null }

const readHistory = async (
  world: World,
  repository: Repository,
  { ref, before, after }: RefChange,
  old: Refs,
): Promise<History> => {
  const branches = [...old].filter(([name]) => name.startsWith('refs/heads/'))
  const known = branches.map(([, sha]) => `^${sha}`)
  const git = (...args: string[]) => runGit(world.git, repository.directory, args)
  const range = before === zeroSha ? [after, ...known] : [after, `^${before}`]
  const [log, fresh, dropped] = await Promise.all([
    git(
      'log',
      '-z',
      '--no-renames',
      '--name-status',
      '--format=%x1e%H',
      `-${mostCommits}`,
      ...range,
    ),
    git('rev-list', `-${mostCommits}`, after, ...known),
    before === zeroSha ? '' : git('rev-list', '-1', before, `^${after}`),
  ])
  const distinct = new Set(fresh.split('\n'))
  const base = before === zeroSha && branches.find(([name, sha]) => sha === after && name !== ref)
  return {
    commits: parseLog(log).map((one) => ({ ...one, distinct: distinct.has(one.sha) })),
    forced: dropped !== '',
    baseRef: base ? base[0] : null,
  }
}

/** `\x1eSHA` and, NUL between all, status and path of each file; newest first, answered oldest first. */
const parseLog = (log: string): readonly Omit<Listed, 'distinct'>[] =>
  log
    .split('\x1e')
    .slice(1)
    .map((record) => {
      const fields = record.split('\0').map((field) => field.replace(/^\n/, ''))
      const [sha = '', ...rest] = fields.filter((field) => field !== '')
      const files = Array.from(
        { length: Math.min(Math.floor(rest.length / 2), mostFiles) },
        (_, at) => {
          const file: FileChange = [rest[at * 2] ?? '', rest[at * 2 + 1] ?? '']
          return file
        },
      )
      return { sha, files }
    })
    .toReversed()

const describeCommit = async (
  world: World,
  repository: Repository,
  listed: Listed,
): Promise<JsonObject> => {
  const commit = await findCommit(repository, listed.sha)
  if (!commit) throw new Error(`${repository.fullName} has lost commit ${listed.sha}`)
  return commitPayload(world, repository, commit, listed)
}

const commitPayload = (
  world: World,
  repository: Repository,
  commit: CommitInfo,
  { distinct, files }: Pick<Listed, 'distinct' | 'files'>,
): JsonObject => {
  const paths = (status: string) => files.filter(([is]) => is === status).map(([, path]) => path)
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.url}/${repository.fullName}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
    added: paths('A'),
    removed: paths('D'),
    modified: [...paths('M'), ...paths('T')],
  }
}

const compareUrl = (world: World, repository: Repository, { before, after }: RefChange): string => {
  const range = before === zeroSha ? short(after) : `${short(before)}...${short(after)}`
  return `${world.url}/${repository.fullName}/compare/${range}`
}

const short = (sha: string): string => sha.slice(0, 12)

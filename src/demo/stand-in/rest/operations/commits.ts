import { findCommit, readRef } from '../../git/commits.ts'
import { runGit } from '../../git/git.ts'
import { readRefs } from '../../git/refs.ts'
import { commitShape } from '../../shapes/commit.ts'
import { repositoryShape } from '../../shapes/repository.ts'
import type { Repository, World } from '../../world.ts'
import { type Call, commitNamed, type Handler, ok, pageOf, repositoryOf } from '../call.ts'
import { notFound } from '../refusal.ts'

const getRepository: Handler = (call) => {
  const repository = repositoryOf(call)
  return ok(repositoryShape(call.world.url, repository))
}

/** `Accept: application/vnd.github.sha` is answered with the SHA alone. */
const getCommit: Handler = async (call) => {
  const repository = repositoryOf(call)
  const commit = await commitNamed(repository, call.path['ref'] ?? '')
  if (call.headers.accept?.includes('.sha')) {
    const type = 'application/vnd.github.sha; charset=utf-8'
    return { status: 200, raw: { type, bytes: Buffer.from(commit.sha) } }
  }
  return ok(commitShape(call.world.url, repository, commit))
}

const listCommits: Handler = async (call) => {
  const { world, query } = call
  const repository = repositoryOf(call)
  const start = await commitNamed(repository, query['sha'] ?? repository.defaultBranch)
  const paths = query['path'] === undefined ? [] : ['--', query['path']]
  const shas = await revList(world, repository, ['-1000', start.sha, ...paths])
  const { items, headers } = pageOf(call, shas)
  return { status: 200, body: await shapesOf(world, repository, items), headers }
}

const listBranches: Handler = async (call) => {
  const { world } = call
  const repository = repositoryOf(call)
  const refs = await readRefs(world.git, repository.directory)
  const branches = [...refs].filter(([ref]) => ref.startsWith('refs/heads/'))
  const { items, headers } = pageOf(call, branches)
  const api = `${world.url}/api/v3/repos/${repository.fullName}/commits`
  const body = items.map(([ref, sha]) => ({
    name: ref.slice('refs/heads/'.length),
    commit: { sha, url: `${api}/${sha}` },
    protected: false,
  }))
  return { status: 200, body, headers }
}

const getBranch: Handler = async (call) => {
  const { world, path } = call
  const repository = repositoryOf(call)
  const name = path['branch'] ?? ''
  const tip = await readRef(repository, `refs/heads/${name}`)
  const commit = tip && (await findCommit(repository, tip.sha))
  if (!commit) throw notFound()
  const url = `${world.url}/api/v3/repos/${repository.fullName}/branches/${encodeURIComponent(name)}`
  return ok({
    name,
    commit: commitShape(world.url, repository, commit),
    protected: false,
    protection: { enabled: false },
    _links: { self: url, html: `${world.url}/${repository.fullName}/tree/${name}` },
    protection_url: `${url}/protection`,
  })
}

const getRef: Handler = async (call) => {
  const repository = repositoryOf(call)
  const ref = `refs/${call.path['ref']}`
  const object = await readRef(repository, ref)
  if (!object) throw notFound()
  const api = `${call.world.url}/api/v3/repos/${repository.fullName}/git`
  const { sha, type } = object
  return ok({ ref, url: `${api}/${ref}`, object: { sha, type, url: `${api}/${type}s/${sha}` } })
}

/** `base...head`: what head has since the two parted. */
const compare: Handler = async (call) => {
  const { world, path } = call
  const repository = repositoryOf(call)
  const [baseName = '', headName = ''] = (path['basehead'] ?? '').split(/\.\.\.?/, 2)
  const base = await commitNamed(repository, baseName)
  const head = await commitNamed(repository, headName)
  const git = (...args: string[]) => runGit(world.git, repository.directory, args)
  const mergeBase = (await git('merge-base', base.sha, head.sha).catch(() => '')).trim()
  const common = await findCommit(repository, mergeBase)
  if (!common) throw notFound()
  const ahead = await revList(world, repository, ['--reverse', head.sha, `^${base.sha}`])
  const behind = await revList(world, repository, [base.sha, `^${head.sha}`])
  const { items, headers } = pageOf(call, ahead)
  const shape = (commit: typeof head) => commitShape(world.url, repository, commit)
  const body = {
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    base_commit: shape(base),
    merge_base_commit: shape(common),
    commits: await shapesOf(world, repository, items),
    files: await changedFiles(call, repository, [common.sha, head.sha]),
  }
  return { status: 200, body, headers }
}

const statusOf = (ahead: number, behind: number): string => {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead > 0) return 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

const fileStatus: Readonly<Record<string, string>> = { A: 'added', D: 'removed' }
/** GitHub lists at most so many files of a comparison. */
const mostFiles = 300

const changedFiles = async ({ world }: Call, repository: Repository, range: readonly string[]) => {
  const diff = ['diff-tree', '-r', '-z', '--no-renames', '--raw', '--no-abbrev', ...range]
  const fields = (await runGit(world.git, repository.directory, diff)).split('\0')
  const files = []
  for (let at = 0; at + 1 < fields.length && files.length < mostFiles; at += 2) {
    const [, , , sha = '', letter = ''] = fields[at]?.split(' ') ?? []
    files.push({ filename: fields[at + 1], sha, status: fileStatus[letter] ?? 'modified' })
  }
  return files
}

const revList = async (
  world: World,
  repository: Repository,
  args: readonly string[],
): Promise<readonly string[]> => {
  const list = await runGit(world.git, repository.directory, ['rev-list', ...args])
  return list.split('\n').filter((line) => line !== '')
}

const shapesOf = async (world: World, repository: Repository, shas: readonly string[]) => {
  const commits = await Promise.all(shas.map((sha) => findCommit(repository, sha)))
  return commits.flatMap((commit) => (commit ? [commitShape(world.url, repository, commit)] : []))
}

export const commitOperations: Readonly<Record<string, Handler>> = {
  'repos/get': getRepository,
  'repos/get-commit': getCommit,
  'repos/list-commits': listCommits,
  'repos/list-branches': listBranches,
  'repos/get-branch': getBranch,
  'git/get-ref': getRef,
  'repos/compare-commits-with-basehead': compare,
}

import { isoTime } from '../clock.ts'
import type { Repository } from '../world.ts'
import type { CommitInfo, Signature } from './commit-info.ts'
import type { GitObject } from './objects.ts'

const fullSha = /^[0-9a-f]{40}$/
/** What git forbids in names of refs; the rest cannot change the meaning of an expression. */
const notInRefs = /[\s~^:?*[\\]|\.\.|@\{/

/** The commit with exactly this SHA. */
export const findCommit = async (
  repository: Repository,
  sha: string,
): Promise<CommitInfo | null> => (fullSha.test(sha) ? readCommit(repository, sha) : null)

/** The commit that a SHA, branch, tag, `heads/x` or `tags/x` names. */
export const resolveCommit = async (
  repository: Repository,
  ref: string,
): Promise<CommitInfo | null> => {
  if (notInRefs.test(ref) || ref === '') return null
  const names = fullSha.test(ref)
    ? [ref]
    : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`, ref]
  for (const name of names) {
    const commit = await readCommit(repository, name)
    if (commit) return commit
  }
  return null
}

/** What the ref points at, unpeeled: an annotated tag is a tag object. `name` starts with `refs/`. */
export const readRef = async (repository: Repository, name: string): Promise<GitObject | null> =>
  notInRefs.test(name) ? null : repository.objects.read(name)

const readCommit = async (repository: Repository, name: string): Promise<CommitInfo | null> => {
  const object = await repository.objects.read(`${name}^{commit}`)
  return object?.type === 'commit' ? parseCommit(object) : null
}

const parseCommit = ({ sha, content }: GitObject): CommitInfo => {
  const text = content.toString()
  const split = text.indexOf('\n\n')
  const header = split < 0 ? text : text.slice(0, split)
  const lines = header.split('\n').map((line) => line.split(/ (.*)/s, 2))
  const value = (key: string) => lines.find(([name]) => name === key)?.[1] ?? ''
  return {
    sha,
    tree: value('tree'),
    parents: lines.filter(([name]) => name === 'parent').map(([, parent]) => parent ?? ''),
    author: parseSignature(value('author')),
    committer: parseSignature(value('committer')),
    message: split < 0 ? '' : text.slice(split + 2).trimEnd(),
  }
}

const parseSignature = (text: string): Signature => {
  const match = /^(.*) <(.*)> (\d+) [+-]\d{4}$/.exec(text)
  return {
    name: match?.[1] ?? '',
    email: match?.[2] ?? '',
    date: isoTime(Number(match?.[3] ?? 0) * 1000),
  }
}

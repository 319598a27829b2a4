import type { Repository } from '../world.ts'
import type { GitObject } from './objects.ts'

export interface TreeEntry {
  readonly mode: string
  readonly name: string
  readonly sha: string
}

/** File or folder at `path` (empty: the root) of the commit `sha`; null when there is none. */
export const readPath = async (
  repository: Repository,
  sha: string,
  path: string,
): Promise<GitObject | null> => {
  const segments = path.split('/').filter((segment) => segment !== '')
  // git would take these as relative to a working tree, which a bare repository does not have.
  if (segments.some((segment) => segment === '.' || segment === '..')) return null
  return repository.objects.read(`${sha}:${segments.join('/')}`)
}

/** Entries of a tree object: `MODE NAME\0` and twenty bytes of SHA, one after the other. */
export const treeEntries = (tree: Buffer): readonly TreeEntry[] => {
  const entries: TreeEntry[] = []
  let at = 0
  while (at < tree.length) {
    const nameEnd = tree.indexOf(0, at)
    const [mode = '', name = ''] = tree.subarray(at, nameEnd).toString().split(/ (.*)/s, 2)
    at = nameEnd + 21
    entries.push({ mode, name, sha: tree.subarray(nameEnd + 1, at).toString('hex') })
  }
  return entries
}

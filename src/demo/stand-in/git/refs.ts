import { type Git, runGit } from './git.ts'

export const zeroSha = '0'.repeat(40)

/** Every branch and tag with the object it points at (a tag object, for an annotated tag). */
export type Refs = ReadonlyMap<string, string>

export interface RefChange {
  /** E.g. `refs/heads/main`. */
  readonly ref: string
  /** Zeros when the ref was made. */
  readonly before: string
  /** Zeros when the ref was deleted. */
  readonly after: string
}

export const readRefs = async (git: Git, directory: string): Promise<Refs> => {
  const list = await runGit(git, directory, [
    'for-each-ref',
    '--format=%(objectname) %(refname)',
    'refs/heads',
    'refs/tags',
  ])
  const lines = list.split('\n').filter((line) => line !== '')
  return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]))
}

export const changesBetween = (before: Refs, after: Refs): readonly RefChange[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .map((ref) => ({ ref, before: before.get(ref) ?? zeroSha, after: after.get(ref) ?? zeroSha }))
    .filter((change) => change.before !== change.after)

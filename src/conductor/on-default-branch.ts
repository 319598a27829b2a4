import type { Repository } from '../model/trigger.ts'
import type { GitHub } from '../ports/github.ts'

/** What is asked of GitHub for it. */
export type OnDefaultBranch = Pick<GitHub, 'readFile' | 'head' | 'defaultBranch'>

/**
 * Text of a file at the head of the default branch; null: it is not there. A repository whose first push went
 * to another branch has no default branch yet, and one that was renamed since the event is found under its new
 * name. `expected` as for `GitHub.readFile`. Rejects with `GitHubUnavailable`.
 */
export async function readOnDefaultBranch(
  github: OnDefaultBranch,
  repository: Repository,
  path: string,
  expected?: { readonly rare: boolean },
): Promise<string | null> {
  const { defaultBranch: told } = repository
  const read = (branch: string) => github.readFile(repository, fullName(branch), path, expected)
  try {
    return await read(told)
  } catch (error) {
    const now = await github.defaultBranch(repository)
    if (now !== told) return await read(now)
    if ((await github.head(repository, told)) === null) return null
    throw error
  }
}

/** A tag named like the branch would else come first. */
const fullName = (branch: string): string => `refs/heads/${branch}`

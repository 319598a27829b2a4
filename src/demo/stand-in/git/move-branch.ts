import type { Repository } from '../world.ts'
import { type Git, runGit } from './git.ts'

/** Makes or moves a branch; `sha` null deletes it. */
export const moveBranch = (
  git: Git,
  { directory }: Repository,
  branch: string,
  sha: string | null,
): Promise<string> => {
  const ref = `refs/heads/${branch}`
  return runGit(git, directory, sha === null ? ['update-ref', '-d', ref] : ['update-ref', ref, sha])
}

import { chown, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FurnishedFile } from '../../ports/executor.ts'
import type { JobUser } from './isolation.ts'

/**
 * Puts files below a directory, each with the directories that lead to it, and gives them to `user`.
 * Only where nothing of a job runs yet: nobody has laid a link that would lead elsewhere.
 */
export async function furnish(
  directory: string,
  files: readonly FurnishedFile[],
  user: JobUser | null,
): Promise<void> {
  const directories = [...new Set(files.flatMap(({ path }) => parentsOf(path)))]
  for (const path of directories) await mkdir(join(directory, path), { mode: 0o755 })
  await Promise.all(
    files.map(({ path, text, mode }) => writeFile(join(directory, path), text, { mode })),
  )
  if (!user) return
  const all = [...directories, ...files.map(({ path }) => path)]
  await Promise.all(all.map((path) => chown(join(directory, path), user.uid, user.gid)))
}

/** Those nearest to the root first. */
function parentsOf(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === '.' ? [] : [...parentsOf(parent), parent]
}

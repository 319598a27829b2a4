import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Text of a file of the checkout that holds a config, by its path there. The checkout is what holds the
 * config's `.circleci` folder, else the git repository that we are in, else the current folder. Null where
 * none of them has it. Rejects when it is there and cannot be read.
 */
export async function vendoredFile(config: string, path: string): Promise<string | null> {
  for (const root of await rootsOf(config)) {
    const text = await readIfThere(join(root, path))
    if (text !== null) return text
  }
  return null
}

async function rootsOf(config: string): Promise<ReadonlySet<string>> {
  const folder = dirname(resolve(config))
  const own = basename(folder) === '.circleci' ? [dirname(folder)] : []
  return new Set([...own, ...(await repositoryRoot()), process.cwd()])
}

/** Empty outside of a repository and where there is no git. */
async function repositoryRoot(): Promise<readonly string[]> {
  try {
    const { stdout } = await run('git', ['rev-parse', '--show-toplevel'])
    return [stdout.trimEnd()]
  } catch {
    return []
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isAbsence(error)) return null
    throw error
  }
}

const isAbsence = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(String(error.code))

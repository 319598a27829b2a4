import {
  access,
  constants,
  lchown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { accountFor } from './account.ts'
import { codeOf, EmbeddedError } from './problem.ts'

/** Where the embedded database lives. */
export interface Folder {
  /** Sluice's data directory, without links in its path. */
  readonly dataDir: string
  /** PostgreSQL's own part of it: mode 0700, owned by the user that PostgreSQL runs as. */
  readonly home: string
  /** What PostgreSQL calls its data directory. It exists whole or not at all. */
  readonly data: string
  readonly socket: string
  readonly account: Account | null
}

/**
 * Makes what is missing of the folders. The modes of folders that exist are left alone: other parts of
 * Sluice live in the data directory too.
 */
export async function prepareFolder(dataDir: string): Promise<Folder> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  const real = await realpath(dataDir)
  const home = join(real, 'postgresql')
  const account = await accountFor(home)
  await makeOwn(home, account)
  await makeOwn(join(home, 'socket'), account)
  return { dataDir: real, home, data: join(home, 'data'), socket: join(home, 'socket'), account }
}

/** Makes a folder that only `account` may enter, and gives it to `account` with all it holds. */
export async function makeOwn(path: string, account: Account | null): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  if (account && (await lstat(path)).uid !== account.uid) await give(path, account)
}

/** Never follows a link: what lies there was written by a less trusted user. */
async function give(path: string, account: Account): Promise<void> {
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    await lchown(join(entry.parentPath, entry.name), account.uid, account.gid)
  await lchown(path, account.uid, account.gid)
}

/** Makes the content of a file, or the names in a folder, outlive a power cut. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The major version that made the database; null when there is none yet. */
export async function majorOf(folder: Folder): Promise<number | null> {
  const text = await versionFile(folder)
  if (text === null) return null
  if (/^\d+\s*$/.test(text)) return Number(text)
  throw new EmbeddedError(
    `${folder.data} is not a database that Sluice can use: its PG_VERSION file is damaged. Restore it from a backup.`,
  )
}

async function versionFile({ data }: Folder): Promise<string | null> {
  try {
    return await readFile(join(data, 'PG_VERSION'), 'utf8')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  if (await isEmpty(data)) return null
  throw new EmbeddedError(
    `${data} holds files but no database (PG_VERSION is missing): move it away, or restore it from a backup.`,
  )
}

async function isEmpty(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    throw error
  }
}

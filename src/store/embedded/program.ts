import { open } from 'node:fs/promises'
import type { Account } from './account.ts'
import type { Folder } from './folder.ts'
import { mayEnter } from './reach.ts'

/** A database and the programs to serve it with. */
export interface Installation {
  readonly folder: Folder
  /** Folder of `postgres` and `initdb`, both of which `folder.account` can run. */
  readonly bin: string
  readonly major: number
  readonly source: 'system' | 'npm'
}

/** The superuser that `initdb` makes and everyone connects as. */
export const user = 'sluice'

/** How a PostgreSQL program is told where its database is. */
export interface Place {
  readonly path: string
  /** What the program must have as its file 4. */
  readonly file4: number | 'ignore'
}

/**
 * Calls `use` with the place of `data`. A path that leads through a folder closed to PostgreSQL's user
 * (root's home) is of no use to it; it then gets the open folder itself, by the name that Linux gives to
 * an open file. It stays open here until `use` is done.
 */
export async function withPlace<Value>(
  data: string,
  account: Account | null,
  use: (place: Place) => Value | Promise<Value>,
): Promise<Value> {
  if (!account || (await mayEnter(data, account))) return use({ path: data, file4: 'ignore' })
  const folder = await open(data, 'r')
  try {
    return await use({ path: '/proc/self/fd/4', file4: folder.fd })
  } finally {
    await folder.close()
  }
}

/** Options of `spawn` for a PostgreSQL program: its own user, and nothing of Sluice's environment. */
export const spawnOptions = (account: Account | null) => ({
  ...(account ? { uid: account.uid, gid: account.gid } : {}),
  cwd: '/',
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
})

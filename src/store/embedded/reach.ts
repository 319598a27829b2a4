import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Account } from './account.ts'

/** Whether `account` may read and enter, or read and run, `path`. Null is this process's own user. */
export async function mayReach(path: string, account: Account | null): Promise<boolean> {
  if (!account) return true
  return (await allows(path, account, 0o5)) && mayEnter(dirname(path), account)
}

/** Whether `account` may enter `folder` and every folder above it. */
export async function mayEnter(folder: string, account: Account): Promise<boolean> {
  if (!(await allows(folder, account, 0o1))) return false
  const parent = dirname(folder)
  return parent === folder || mayEnter(parent, account)
}

/** `wanted` are permission bits of one class (4 read, 2 write, 1 enter or run), all of them needed. */
async function allows(path: string, account: Account, wanted: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const others = gid === account.gid ? mode >> 3 : mode
  const granted = uid === account.uid ? mode >> 6 : others
  return (granted & wanted) === wanted
}

import { lstat, readFile } from 'node:fs/promises'
import { codeOf, EmbeddedError } from './problem.ts'

/** A user of this host that PostgreSQL runs as. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * In order of preference. PostgreSQL refuses to run as root, and `initdb` wants an account that has a
 * name. `daemon` comes before `nobody`, because jobs may run as `nobody` and must never share the
 * database's user: whoever shares it can read every row. Nothing is created on the host.
 */
const names = ['postgres', 'daemon', 'nobody']

/**
 * Who PostgreSQL runs as; null: the same ordinary user as this process. The owner of an existing
 * `home` stays, so that a package that later brings a `postgres` user changes nothing.
 */
export async function accountFor(home: string, passwd = '/etc/passwd'): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null
  const accounts = parse(await readFile(passwd, 'utf8'))
  const owner = await ownerOf(home)
  const account =
    accounts.find(({ uid }) => uid === owner) ??
    names.flatMap((name) => accounts.find((one) => one.name === name) ?? []).at(0)
  if (account) return account
  throw new EmbeddedError(
    `PostgreSQL refuses to run as root and this host has none of the users ${names.join(', ')}: run Sluice as an ordinary user, add a user named postgres, or set DATABASE_URL.`,
  )
}

/** Accounts of the text of a passwd file, without root and without lines that are none. */
const parse = (passwd: string): readonly Account[] =>
  passwd
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid, gid }) => name && uid > 0 && gid >= 0)

async function ownerOf(home: string): Promise<number | null> {
  try {
    return (await lstat(home)).uid
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

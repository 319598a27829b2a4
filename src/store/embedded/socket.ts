import { createHash } from 'node:crypto'
import { lstat, lutimes, mkdir, readlink, symlink, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeOf, EmbeddedError } from './problem.ts'

/** PostgreSQL calls its socket by a port number even where there is no port. */
export const port = 5432

/** Bytes that a socket's path may have: 107 on Linux, 103 on macOS. */
const limit = 103

/**
 * The folder to name as `host` to a client. When the path of `socket` is too long for a socket address,
 * that is a short link in the system's folder for temporary files: the same for every process of one
 * user, and only of use to that user. Rejects with `EmbeddedError` when somebody else sits on its name.
 */
export async function clientHost(socket: string): Promise<string> {
  if (fits(socket)) return socket
  const folder = shortFolder(socket)
  await claim(folder)
  const link = join(folder, 's')
  await point(link, socket)
  return link
}

const fits = (folder: string): boolean =>
  Buffer.byteLength(join(folder, `.s.PGSQL.${port}`)) <= limit

function shortFolder(socket: string): string {
  const digest = createHash('sha256').update(socket).digest('hex').slice(0, 16)
  const name = `sluice-${process.getuid?.() ?? 0}-${digest}`
  const folder = [tmpdir(), '/tmp']
    .map((base) => join(base, name))
    .find((path) => fits(`${path}/s`))
  return folder ?? join('/tmp', name)
}

/** Others may write to the folder for temporary files too: one of theirs could lead to their server. */
async function claim(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const { mode, uid } = await lstat(folder)
  if ((mode & 0o170777) === 0o040700 && uid === process.getuid?.()) return
  throw new EmbeddedError(
    `${folder} should be a private folder of this user and is not: remove it, or use a data directory with a shorter path.`,
  )
}

async function point(link: string, target: string): Promise<void> {
  if ((await targetOf(link)) === target) {
    // Programs that tidy up temporary files go by age.
    await lutimes(link, new Date(), new Date())
    return
  }
  try {
    await symlink(target, link)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    if ((await targetOf(link)) === target) return
    await unlink(link)
    await symlink(target, link)
  }
}

async function targetOf(link: string): Promise<string | null> {
  try {
    return await readlink(link)
  } catch (error) {
    if (['ENOENT', 'EINVAL'].includes(codeOf(error))) return null
    throw error
  }
}

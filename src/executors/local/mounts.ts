import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Places } from './places.ts'

export interface MountsOptions {
  readonly dataDir: string
  /** An empty directory takes its place. */
  readonly cover: string
  /** A line more for /etc/passwd was written to `places.passwd`. */
  readonly ownPasswd: boolean
}

/**
 * What an environment mounts, in order, as a table for `mount --all`: one process instead of one a
 * mount. The first line names the stage, where the job's directory is kept while its place is covered.
 * Sources without a device carry a name of ours, since `mount --all` leaves out what it finds mounted.
 */
export async function mountTable(places: Places, options: MountsOptions): Promise<string> {
  const stage = await stageFor(options.dataDir)
  const covered = within(options.cover, '/tmp') || within(options.cover, '/var/tmp')
  return [
    `#${stage}`,
    ...(options.ownPasswd ? [bind(places.passwd, '/etc/passwd')] : []),
    bind(places.seen, stage),
    bind(places.tmp, '/tmp'),
    ...(covered ? [] : [`sluice ${field(options.cover)} tmpfs mode=0755,size=1m,nosuid,nodev 0 0`]),
    bind('/tmp', '/var/tmp'),
    ...((await exists('/dev/shm')) ? ['sluice /dev/shm tmpfs mode=1777,nosuid,nodev 0 0'] : []),
    bind(stage, places.seen, ',X-mount.mkdir=0755'),
    'sluice /proc proc nosuid,nodev,noexec 0 0',
    '',
  ].join('\n')
}

/**
 * What to cover so that a job sees nothing of the data directory but its own part, and can reach that:
 * the data directory, or the outermost directory above it that only its owner may enter.
 */
export async function coverFor(dataDir: string, otherUser: boolean): Promise<string> {
  if (!otherUser) return dataDir
  return (await closedAncestor(dataDir)) ?? dataDir
}

/** The outermost directory on the way to `directory` that others may not enter; null: all is open. */
export async function closedAncestor(directory: string): Promise<string | null> {
  const parent = dirname(directory)
  const above = parent === directory ? null : await closedAncestor(parent)
  if (above !== null) return above
  return ((await stat(directory)).mode & 0o001) === 0 ? directory : null
}

/** A directory that every system has and that has nothing to do with the data directory. */
async function stageFor(dataDir: string): Promise<string> {
  for (const stage of ['/mnt', '/media', '/srv', '/opt']) {
    if (!within(dataDir, stage) && (await exists(stage))) return stage
  }
  throw new Error('none of /mnt, /media, /srv and /opt can be used to prepare mounts')
}

const bind = (from: string, to: string, options = ''): string =>
  `${field(from)} ${field(to)} none bind${options} 0 0`

/** Blanks and backslashes as the table writes them. */
const field = (path: string): string =>
  path.replaceAll(/[\s\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)

const within = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`)

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

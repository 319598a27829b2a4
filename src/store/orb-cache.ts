import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import type { OrbCache } from '../ports/orb-cache.ts'
import type { Database } from './database.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Orbs that were fetched, shared by all processes. Ages are by the clock of the database. */
export function openOrbCache(database: Database): OrbCache {
  const find: OrbCache['find'] = async (source, reference) => {
    const [row] = await database.rows<Row>(findOrb, [source, reference])
    return row
      ? { version: row.version, text: await textOf(row), ageMs: Math.max(0, row.ageMs) }
      : null
  }
  return {
    find,
    keepExact: async (source, reference, { version, text }) => {
      const bytes = await compress(text)
      const kept = await database.change(keepExact, [source, reference, version, bytes])
      return kept > 0 ? text : ((await find(source, reference))?.text ?? text)
    },
    keepMoving: async (source, reference, { version, text }) => {
      await database.change(keepMoving, [source, reference, version, await compress(text)])
    },
  }
}

/** Forgets what moving references stood for, when nobody has asked for a month. Returns how many. */
export const forgetMovedOrbs = (database: Database): Promise<number> =>
  database.change(`delete from orb where not exact and kept_at < now() - interval '31 days'`)

interface Row {
  readonly [column: string]: unknown
  readonly version: string
  readonly zstd: Uint8Array
  readonly ageMs: number
}

const textOf = async ({ zstd }: Row): Promise<string> => (await decompress(zstd)).toString('utf8')

const findOrb = `
  select version, zstd, (extract(epoch from now() - kept_at) * 1000)::float8 as "ageMs"
    from orb where source = $1 and reference = $2`

const keepExact = `
  insert into orb (source, reference, exact, version, zstd)
  values ($1, $2, true, $3, $4)
      on conflict (source, reference) do nothing`

// Never an exact version, whoever mistakes one for a moving reference.
const keepMoving = `
  insert into orb (source, reference, exact, version, zstd)
  values ($1, $2, false, $3, $4)
      on conflict (source, reference) do update
    set version = excluded.version, zstd = excluded.zstd, kept_at = now()
   where not orb.exact`

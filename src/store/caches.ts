import { createHash } from 'node:crypto'
import type { TaskId } from '../model/ids.ts'
import type { Cache, CacheScope, Caches, CacheWriter, SavedCache } from '../ports/caches.ts'
import { type Database, storable } from './database.ts'

/** Caches by key. PostgreSQL has no NUL in texts; keys that differ in that only are told apart by their digest. */
export const openCaches = (database: Database): Caches => ({
  find: (scope, prefix) => newest(database, byPrefix, [...scopeOf(scope), storable(prefix)]),
  exact: (scope, key) => newest(database, byKey, [...scopeOf(scope), digestOf(key)]),
  save: async (scope, cache, by) => (await database.change(save, rowOf(scope, cache, by))) > 0,
})

const scopeOf = ({ repositoryId, fork }: CacheScope) => [repositoryId, storable(fork)] as const

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest()

interface Row {
  readonly doc: Cache
  readonly savedAt: number
  readonly taskId: TaskId
  readonly step: number
}

async function newest(
  database: Database,
  text: string,
  values: readonly unknown[],
): Promise<SavedCache | null> {
  const [row] = await database.rows<Row & { [column: string]: unknown }>(text, values)
  if (!row) return null
  const { doc, savedAt, taskId, step } = row
  return { ...doc, savedAt, taskId, step }
}

const columns = `
  doc, task_id as "taskId", step, (extract(epoch from saved_at) * 1000)::float8 as "savedAt"`

const byPrefix = `
  select ${columns} from cache
   where repository_id = $1 and fork = $2 and starts_with(key, $3) and kept_until > now()
   order by id desc limit 1`

const byKey = `
  select ${columns} from cache
   where repository_id = $1 and fork = $2 and digest = $3 and kept_until > now()`

const rowOf = (scope: CacheScope, cache: Cache, { taskId, step, days }: CacheWriter) => [
  ...scopeOf(scope),
  storable(cache.key),
  digestOf(cache.key),
  cache.parts.map(({ blob }) => blob),
  taskId,
  step,
  days,
  JSON.stringify(cache),
]

// One whose time is over and that the sweep has not found yet is no first writer.
const save = `
  insert into cache (repository_id, fork, key, digest, blobs, task_id, step, kept_until, doc)
  values ($1, $2, $3, $4, $5::text[], $6, $7, now() + interval '1 day' * $8::float8, $9)
  on conflict (repository_id, fork, digest) do update set
    id = default, blobs = excluded.blobs, task_id = excluded.task_id, step = excluded.step,
    saved_at = now(),
    kept_until = excluded.kept_until, doc = excluded.doc
  where cache.kept_until <= now()`

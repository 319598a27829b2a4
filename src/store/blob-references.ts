import type { BlobReferences } from '../ports/blobs.ts'
import type { Layer } from '../ports/workspaces.ts'
import type { Database } from './database.ts'

/** What keeps a blob: a cache, an artifact or a layer of a workspace, until its time is over. */
export const openBlobReferences = (database: Database): BlobReferences => ({
  expire: async () => {
    let expired = 0
    for (const statement of expiring) expired += await database.change(statement)
    return expired
  },
  dropOldCaches: () => database.change(oldCaches),
  referenced: () =>
    database.snapshot(async (queries) => {
      const named = await queries.rows<{ blob: string }>(namedBlobs)
      const older = await queries.rows<{ doc: Layer }>(olderLayers)
      return new Set([...named.map(({ blob }) => blob), ...older.map(({ doc }) => doc.blob)])
    }),
})

/** Results of tests need no blob, and are kept as long as artifacts. */
const expiring = [
  'delete from cache where kept_until <= now()',
  'delete from artifact where kept_until <= now()',
  `update workspace_layer set expired = true
    where not expired and added_at <= now() - interval '15 days'`,
  `delete from test_report where stored_at <= now() - interval '30 days'`,
]

/** A twentieth at a time. The blobs of younger ones would outlive a sweep, and dropping those frees nothing. */
const oldCaches = `
  delete from cache where id in (
    select id from cache
     where saved_at < now() - interval '2 hours'
     order by id
     limit greatest(1, (select count(*) / 20 from cache)))`

const namedBlobs = `
  select unnest(blobs) as blob from cache
  union select blob from artifact
  union select blob from workspace_layer where not expired and blob is not null`

const olderLayers = 'select doc from workspace_layer where not expired and blob is null'

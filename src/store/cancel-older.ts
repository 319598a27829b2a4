import type { Effect } from '../model/effect.ts'
import type { Topic } from '../ports/wake.ts'
import type { Queries } from './database.ts'
import { storable } from './database.ts'

type CancelOlder = Extract<Effect, { type: 'cancel-older' }>

/**
 * Puts `redundant` for older pipelines of the branch. What they are is for the engine to judge, one by one
 * under their own locks; each hears of it once, but those that wait to be let in whenever one comes.
 */
export async function cancelOlder(
  queries: Queries,
  wish: CancelOlder,
  told: Set<Topic>,
): Promise<void> {
  const { repositoryId, branch, number, sha, which, at, by } = wish
  const where = [repositoryId, storable(branch), number, sha, which, at]
  const rows = await queries.rows(putRedundant, [...where, by, oldestAtMost])
  if (rows.length > 0) told.add('inbox')
}

/** Of a branch with a long history: what is older than these has ended, whatever it was. */
const oldestAtMost = 200

const putRedundant = `
  with older as (
    select id from pipeline
     where repository_id = $1 and hashtextextended(ref_name, 0) = hashtextextended($2, 0)
       and ref_name = $2 and ref_kind = 'branch' and number < $3 and sha <> $4
       and (state = 'held' or ($5 = 'first-runs' and state <> 'canceled' and not redundant))
     order by number desc limit $8),
  marked as (
    update pipeline set redundant = redundant or $5 = 'first-runs' from older where pipeline.id = older.id returning pipeline.id)
  insert into event (key, pipeline_id, due_at, doc)
  select 'redundant:' || id || ':' || $3, id, to_timestamp($6::float8 / 1000),
         json_build_object('type', 'redundant', 'pipelineId', id, 'at', $6::float8,
                           'by', $7::text, 'which', $5::text)
    from marked
      on conflict (key) do nothing
  returning id`

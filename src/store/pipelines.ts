import type { PipelineId } from '../model/ids.ts'
import type { Pipelines } from '../ports/inbox.ts'
import { type Database, storable } from './database.ts'

export const openPipelines = (database: Database): Pipelines => ({
  async atCommit(repositoryId, sha) {
    const rows = await database.rows<{ id: PipelineId }>(newestOfEachRef, [repositoryId, sha])
    return rows.map(({ id }) => id)
  },
  async ofHead(repositoryId, { sha, branch }) {
    const values = [repositoryId, sha, storable(branch)]
    const rows = await database.rows<{ id: PipelineId }>(newestOfHead, values)
    return rows.map(({ id }) => id)
  },
  async held(repositoryId, branch) {
    const rows = await database.rows<{ id: PipelineId }>(heldOfBranch, [
      repositoryId,
      storable(branch),
    ])
    return rows.map(({ id }) => id)
  },
})

const newest = (further: string): string => `
  select id from (
    select distinct on (ref_kind, ref_name, schedule, pull_request_event, on_demand) id, number
      from pipeline
     where repository_id = $1 and sha = $2 ${further}
     order by ref_kind, ref_name, schedule, pull_request_event, on_demand, number desc) as newest
  order by number desc`

const newestOfEachRef = newest('')
const newestOfHead = newest(`and ref_kind = 'branch' and ref_name = $3`)

const heldOfBranch = `
  select id from pipeline
   where repository_id = $1 and hashtextextended(ref_name, 0) = hashtextextended($2, 0)
     and ref_name = $2 and ref_kind = 'branch' and state = 'held'
   order by number desc`

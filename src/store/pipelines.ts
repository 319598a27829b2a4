import type { PipelineId } from '../model/ids.ts'
import type { Pipelines } from '../ports/inbox.ts'
import type { Database } from './database.ts'

export const openPipelines = (database: Database): Pipelines => ({
  async atCommit(repositoryId, sha) {
    const rows = await database.rows<{ id: PipelineId }>(newestOfEachRef, [repositoryId, sha])
    return rows.map(({ id }) => id)
  },
})

const newestOfEachRef = `
  select id from (
    select distinct on (ref_kind, ref_name, schedule, on_demand) id, number from pipeline
     where repository_id = $1 and sha = $2
     order by ref_kind, ref_name, schedule, on_demand, number desc) as newest
  order by number desc`

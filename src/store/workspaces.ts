import type { JobId } from '../model/ids.ts'
import type { Layer, UpstreamLayer, Workspaces } from '../ports/workspaces.ts'
import type { Database } from './database.ts'

export const openWorkspaces = (database: Database): Workspaces => ({
  async add(workspaceId, layer) {
    await database.change(addLayer, [
      workspaceId,
      layer.jobId,
      layer.index,
      layer.sequence,
      JSON.stringify(layer),
      layer.blob,
    ])
  },
  async upstream(jobId) {
    const jobs = await database.rows<Upstream>(upstreamJobs, [jobId])
    const layers = await database.rows<{ doc: Layer }>(layersOfJobs, [
      jobs.map(({ layersOf }) => layersOf),
    ])
    return inOrder(
      jobs,
      layers.map(({ doc }) => doc),
    )
  },
})

const addLayer = `
  insert into workspace_layer (workspace_id, job_id, index, sequence, doc, blob)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (job_id, index, sequence) do update
    set workspace_id = excluded.workspace_id, doc = excluded.doc, blob = excluded.blob,
        added_at = now(), expired = false`

/** A job that another requires, directly or not, and what it requires itself. */
interface Upstream {
  readonly id: JobId
  /** The job that did its work: itself, or the one it was carried over from. */
  readonly layersOf: JobId
  readonly requires: readonly JobId[]
}

const upstreamJobs = `
  with recursive upstream (id) as (
    select from_id from edge where to_id = $1
    union
    select from_id from edge join upstream on edge.to_id = upstream.id)
  select job.id, layers_of as "layersOf",
         array (select from_id from edge where to_id = job.id) as requires
    from upstream join job using (id)
   order by position`

const layersOfJobs = `
  select doc from workspace_layer where job_id = any ($1::uuid[]) order by index, sequence`

/** A job has more ancestors than each of its ancestors has, so their number is an order. */
function inOrder(jobs: readonly Upstream[], layers: readonly Layer[]): readonly UpstreamLayer[] {
  const byJob = Map.groupBy(layers, ({ jobId }) => jobId)
  const ancestorsOf = ancestry(jobs)
  return jobs
    .filter((job) => byJob.has(job.layersOf))
    .map((job) => ({ job, ancestors: [...ancestorsOf(job.id)] }))
    .toSorted((one, other) => one.ancestors.length - other.ancestors.length)
    .flatMap(({ job, ancestors }) =>
      (byJob.get(job.layersOf) ?? []).map((layer) => ({ ...layer, ancestors })),
    )
}

/** All ancestors of a job, each under the id that its layers have. */
function ancestry(jobs: readonly Upstream[]): (id: JobId) => ReadonlySet<JobId> {
  const byId = new Map(jobs.map((job) => [job.id, job]))
  const known = new Map<JobId, ReadonlySet<JobId>>()
  return (id) => {
    const ancestors = known.get(id) ?? reached(id)
    known.set(id, ancestors)
    return ancestors
  }

  // With a list of what is to visit instead of calls: a chain may be thousands of jobs long.
  function reached(id: JobId): ReadonlySet<JobId> {
    const visited = new Set<JobId>()
    const toVisit = [...(byId.get(id)?.requires ?? [])]
    for (let next = toVisit.pop(); next !== undefined; next = toVisit.pop()) {
      if (visited.has(next)) continue
      visited.add(next)
      toVisit.push(...(byId.get(next)?.requires ?? []))
    }
    return new Set([...visited].map((ancestor) => byId.get(ancestor)?.layersOf ?? ancestor))
  }
}

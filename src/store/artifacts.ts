import type { JobId } from '../model/ids.ts'
import type { Artifact, ArtifactList, ArtifactOwner, Artifacts } from '../ports/artifacts.ts'
import { type Database, type Queries, storable } from './database.ts'

export const openArtifacts = (database: Database): Artifacts => ({
  add: (owner, artifacts) => database.transaction((queries) => add(queries, owner, artifacts)),
  of: (jobId, limit) => artifactsOf(database, jobId, limit),
  find: async (jobId, index, path) =>
    (
      await database.rows<Artifact & { [column: string]: unknown }>(one, [
        jobId,
        index,
        storable(path),
      ])
    )[0] ?? null,
})

/** The first ones of a job, and how many there are. */
export async function artifactsOf(
  queries: Queries,
  jobId: JobId,
  limit: number,
): Promise<ArtifactList> {
  const artifacts = await queries.rows<Artifact & { [column: string]: unknown }>(first, [
    jobId,
    limit,
  ])
  const [count] = await queries.rows<{ total: number }>(counted, [jobId])
  return { artifacts, total: count?.total ?? 0 }
}

const daysKept = 30

async function add(
  queries: Queries,
  { taskId, claim, jobId }: ArtifactOwner,
  artifacts: readonly Artifact[],
): Promise<boolean> {
  const held = await queries.rows(holdClaim, [taskId, claim])
  if (held.length === 0) return false
  // The last of a path wins; one statement cannot write a row twice.
  const byPlace = new Map(artifacts.map((one) => [`${one.index} ${storable(one.path)}`, one]))
  await queries.change(upsert, [
    jobId,
    [...byPlace.values()].map(({ index }) => index),
    [...byPlace.values()].map(({ path }) => storable(path)),
    [...byPlace.values()].map(({ blob }) => blob),
    [...byPlace.values()].map(({ size }) => size),
    daysKept,
  ])
  return true
}

/** Until the transaction ends nobody else can take the task. */
export const holdClaim = `
  select id from task where id = $1 and claim = $2 and state = 'running' for share`

const upsert = `
  insert into artifact (job_id, index, path, blob, size, kept_until)
  select $1, index, path, blob, size, now() + interval '1 day' * $6::integer
    from unnest($2::integer[], $3::text[], $4::text[], $5::bigint[]) as given (index, path, blob, size)
  on conflict (job_id, index, path) do update set
    blob = excluded.blob, size = excluded.size, kept_until = excluded.kept_until`

const columns = 'index, path, blob, size'
const isKept = 'job_id = $1 and kept_until > now()'

const first = `select ${columns} from artifact where ${isKept} order by index, path limit $2`
const counted = `select count(*) as total from artifact where ${isKept}`
const one = `select ${columns} from artifact where ${isKept} and index = $2 and path = $3`

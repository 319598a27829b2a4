import type { PipelineId } from '../model/ids.ts'
import type { Project } from '../model/run.ts'
import type { Repository } from '../model/trigger.ts'
import type { NewEvent } from '../ports/inbox.ts'
import type { Closing, KnownRepository, Reach } from '../ports/reach.ts'
import type { Topic } from '../ports/wake.ts'
import { type Database, type Queries, storable } from './database.ts'
import type { Hub } from './hub.ts'
import { insertEvents } from './inbox.ts'
import { lockProject, selectProject } from './load.ts'
import { saveProject } from './save.ts'
import { notify } from './wake.ts'

/** The lock of a project orders these with each other and with pipelines that begin. */
export function openReach(database: Database, hub: Hub): Reach {
  const change = async <Answer>(
    repositoryId: number,
    work: (queries: Queries, told: Set<Topic>) => Promise<Answer>,
  ): Promise<Answer> => {
    const told = new Set<Topic>()
    const answer = await database.transaction(async (queries) => {
      await queries.change(lockProject, [String(repositoryId)])
      const result = await work(queries, told)
      await notify(queries, told)
      return result
    })
    hub.tell(told)
    return answer
  }
  return {
    repositories: async () => (await database.rows<StoredRow>(selectKnown)).map(knownOf),
    byId: async (repositoryId) =>
      (await database.rows<StoredRow>(selectOne, [repositoryId])).map(knownOf)[0] ?? null,
    open: (repository) =>
      change(repository.id, (queries, told) => openRepository(queries, repository, told)),
    close: (repositoryId, closing, at) =>
      change(repositoryId, (queries, told) =>
        closeRepository(queries, { repositoryId, closing, at }, told),
      ),
    resting: async () => {
      const rows = await database.rows<{ id: number }>(selectResting)
      return new Set(rows.map(({ id }) => id))
    },
  }
}

interface StoredRow {
  readonly doc: Project
  readonly because: string | null
  readonly cancel: boolean
}

const knownOf = ({ doc, because, cancel }: StoredRow): KnownRepository => ({
  repository: doc.repository,
  usesSluice: doc.usesSluice,
  closed: because === null ? null : { because, cancel },
})

const selectKnown = `
  select doc, because, cancel from project left join closed_repository using (repository_id)
   order by repository_id`

const selectOne = {
  name: 'reach-repository',
  text: `
    select doc, because, cancel from project left join closed_repository using (repository_id)
     where repository_id = $1`,
}

const selectResting = `select installation_id as id from installation_pause where until > now()`

async function openRepository(
  queries: Queries,
  repository: Repository,
  told: Set<Topic>,
): Promise<void> {
  const [row] = await queries.rows<{ doc: Project }>(selectProject, [repository.id])
  if (!row) return
  await saveProject(queries, { ...row.doc, repository })
  await queries.change(deleteClosed, [repository.id])
  const columns = [repository.id, JSON.stringify(repository), repository.installationId]
  await queries.change(openRows, columns)
  told.add('checks')
}

const deleteClosed = 'delete from closed_repository where repository_id = $1'

const rowsOf = `
  select key from check_row
   where pipeline_id in (select id from pipeline where repository_id = $1)
   order by key for update`

const openRows = `
  update check_row set parked = false, repository = $2, installation_id = $3, due_at = now()
   where key in (${rowsOf})`

interface ToClose {
  readonly repositoryId: number
  readonly closing: Closing
  readonly at: number
}

async function closeRepository(
  queries: Queries,
  { repositoryId, closing, at }: ToClose,
  told: Set<Topic>,
): Promise<boolean> {
  const { cancel } = closing
  const because = storable(closing.because)
  if ((await queries.change(insertClosed, [repositoryId, because, cancel])) === 0) return false
  await queries.change(`update check_row set parked = true where key in (${rowsOf})`, [
    repositoryId,
  ])
  if (!cancel) return true
  const pipelines = await queries.rows<{ id: PipelineId }>(unfinished, [repositoryId])
  const events = pipelines.map(
    ({ id }): NewEvent => ({
      key: `access-lost:${at}:${id}`,
      event: { type: 'access-lost', pipelineId: id, at, because },
    }),
  )
  if (events.length > 0) await insertEvents(queries, events)
  told.add('inbox')
  return true
}

const insertClosed = `
  insert into closed_repository (repository_id, because, cancel) values ($1, $2, $3)
      on conflict (repository_id) do update set because = excluded.because, cancel = excluded.cancel, since = now()
   where closed_repository.because <> excluded.because`

const unfinished = `
  select id from pipeline
   where repository_id = $1
     and (state = 'pending' or exists (
       select from workflow join job on job.workflow_id = workflow.id
        where workflow.pipeline_id = pipeline.id and not superseded
          and job.status in ('blocked', 'queued', 'running', 'on_hold')))`

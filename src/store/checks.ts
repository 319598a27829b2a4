import type { CheckSubject, Urgency } from '../model/effect.ts'
import type { JobId, PipelineId } from '../model/ids.ts'
import type { Repository } from '../model/trigger.ts'
import type { CheckRow, CheckRunOnGitHub, Checks } from '../ports/checks.ts'
import { type Database, storable } from './database.ts'
import { isUnsent, readFacts } from './facts.ts'
import type { Hub } from './hub.ts'
import { abandoned } from './locks.ts'
import { priorities } from './report.ts'
import type { Session } from './session.ts'
import { notifyWhen } from './wake.ts'

/** Checks as dirty rows: what GitHub should know is wanted, what it knows is sent. */
export function openChecks(database: Database, hub: Hub, session: Pick<Session, 'name'>): Checks {
  return {
    due: async () => (await database.rows<{ id: number }>(dueInstallations)).map(({ id }) => id),
    lease: async (installationId, room) => {
      const [row] = await database.rows<StoredRow>(leaseRow, [
        installationId,
        session.name,
        lowest(room.create),
        lowest(room.update),
      ])
      return row ? rowOf(row) : null
    },
    creating: async (key, externalId) => {
      await database.change(creating, [key, externalId])
    },
    sent: async (key, wanted, current) => {
      await database.change(sent, sentValues(key, wanted, current))
    },
    unchanged: async (key, wanted) => {
      await database.change(unchanged, [key, wanted])
    },
    fold: async (key) => {
      await database.change('update check_row set folded = true where key = $1', [key])
    },
    unfold: async (installationId) => (await database.rows(unfold, [installationId])).length > 0,
    failed: async (key, error, retryInMs) => {
      await database.change(failed, [key, storable(error), retryInMs])
    },
    pause: async (installationId, ms) => {
      await database.change(pause, [installationId, ms])
    },
    paused: async (installationId) =>
      (await database.rows<{ ms: number }>(paused, [installationId]))[0]?.ms ?? 0,
    createdSince: async (installationId, ms) =>
      (await database.rows<{ at: number }>(createdSince, [installationId, ms])).map(({ at }) => at),
    facts: (row) => database.snapshot((queries) => readFacts(queries, row.subject)),
    byExternalId: (externalId) => byExternalId(database, externalId),
    open: async () =>
      (await database.rows<StoredRow>(`select ${columns} from check_row where ${isOpen}`)).map(
        rowOf,
      ),
    touch: async (keys) => {
      await database.rows(touch, [keys])
      hub.tell(['checks'])
    },
  }
}

interface StoredRow {
  readonly key: string
  readonly pipelineId: PipelineId
  readonly jobId: JobId | null
  readonly installationId: number
  readonly repository: Repository
  readonly sha: string
  readonly wanted: number
  readonly sequence: number
  readonly unanswered: string | null
  readonly githubId: number | null
  readonly externalId: string | null
  readonly completed: boolean
  readonly digest: string | null
}

const columns = `
  check_row.key, pipeline_id as "pipelineId", job_id as "jobId",
  installation_id as "installationId", repository, sha, wanted, sequence, unanswered,
  github_id as "githubId", check_row.external_id as "externalId", completed, digest`

const isOpen = 'github_id is not null and not completed and not parked'

/** No row has a priority below 0. */
const lowest = (urgency: Urgency | null): number => (urgency === null ? -1 : priorities[urgency])

const rowOf = (row: StoredRow): CheckRow => ({
  key: row.key,
  subject: subjectOf(row),
  installationId: row.installationId,
  repository: {
    id: row.repository.id,
    owner: row.repository.owner,
    name: row.repository.name,
  },
  sha: row.sha,
  wanted: row.wanted,
  current: currentOf(row),
  sequence: row.sequence,
  unanswered: row.unanswered,
})

const subjectOf = ({ jobId, pipelineId }: StoredRow): CheckSubject =>
  jobId === null ? { kind: 'pipeline', pipelineId } : { kind: 'job', jobId, pipelineId }

const currentOf = (row: StoredRow): CheckRunOnGitHub | null =>
  row.githubId === null
    ? null
    : {
        githubId: row.githubId,
        externalId: row.externalId ?? '',
        completed: row.completed,
        digest: row.digest ?? '',
      }

const isDue = `
  sent < wanted and not parked and due_at <= now()
  and (leased_until <= now() or ${abandoned('leased_until', 'leased_by')})
  and not exists (select from installation_pause as pause
                   where pause.installation_id = check_row.installation_id and until > now())`

const dueInstallations = {
  name: 'due-installations',
  text: `
    select installation_id as id from check_row where ${isDue}
     union
    select installation_id from check_row
     where folded
       and not exists (select from installation_pause as pause
                        where pause.installation_id = check_row.installation_id and until > now())
     order by id`,
}

const leaseRow = {
  name: 'lease-check',
  text: `
    update check_row set leased_until = now() + interval '60 seconds', leased_by = $2
     where key = (
       select key from check_row where installation_id = $1 and ${isDue}
          and priority <= case when ${isOpen} then $4::smallint else $3::smallint end
        order by priority, dirty_since limit 1 for update skip locked)
    returning ${columns}`,
}

const wantedAnew = `
  wanted = wanted + 1,
  priority = case when sent < wanted then least(priority, ${priorities.progress})
                  else ${priorities.progress} end,
  dirty_since = case when sent < wanted then dirty_since else now() end`

const creating = `
  with begun as (update check_row set unanswered = $2 where key = $1 returning key)
  insert into check_sent (external_id, key) select $2, key from begun
      on conflict (external_id) do nothing`

const sentValues = (key: string, wanted: number, current: CheckRunOnGitHub) => [
  key,
  wanted,
  current.githubId,
  current.externalId,
  current.completed,
  current.digest,
]

const atRest = `leased_until = '-infinity', due_at = now(), error = null`
const sentUpTo = `
  sent = greatest(sent, least($2, wanted)),
  dirty_since = case when $2 < wanted then now() else dirty_since end`

const sent = {
  name: 'sent-check',
  text: `
    with known as (
      insert into check_sent (external_id, key)
      select $4::text, key from check_row where key = $1
          on conflict (external_id) do nothing)
    update check_row set
      ${sentUpTo}, ${atRest},
      sequence = sequence + case when github_id <> $3 then 1 else 0 end,
      unanswered = null, github_id = $3, external_id = $4, completed = $5, digest = $6
    where key = $1`,
}

const unchanged = `update check_row set ${sentUpTo}, ${atRest} where key = $1`

const failed = `
  update check_row set
    leased_until = '-infinity', error = $2,
    due_at = now() + interval '1 millisecond' * $3::float8
  where key = $1`

const pause = `
  insert into installation_pause (installation_id, until)
  values ($1, now() + interval '1 millisecond' * $2::float8)
  on conflict (installation_id) do update
    set until = greatest(installation_pause.until, excluded.until)`

const paused = {
  name: 'installation-paused',
  text: `
    select extract(epoch from until - now())::float8 * 1000 as ms
      from installation_pause where installation_id = $1 and until > now()`,
}

const createdSince = `
  select extract(epoch from check_sent.at)::float8 * 1000 as at
    from check_sent join check_row using (key)
   where check_sent.at > now() - interval '1 millisecond' * $2::float8 and installation_id = $1
   order by check_sent.at`

const unfold = {
  name: 'unfold-checks',
  text: `
    update check_row set folded = false, ${wantedAnew}
     where installation_id = $1 and folded
       and not exists (select from check_row as job
                        where job.installation_id = $1 and job.sha = check_row.sha
                          and job.job_id is not null and ${isUnsent('job')})
    returning key`,
}

const touch = `
  with touched as (
    update check_row set
      ${wantedAnew}
    where key in (select key from check_row where key = any ($1::text[]) order by key for update)
    returning 1)
  select ${notifyWhen('count(*) > 0', 'checks')} from touched`

async function byExternalId(database: Database, externalId: string) {
  const [stored] = await database.rows<StoredRow>(rowByExternalId, [storable(externalId)])
  if (!stored) return null
  const current = stored.externalId === externalId || stored.unanswered === externalId
  return { row: rowOf(stored), current }
}

const rowByExternalId = `
  select ${columns} from check_row join check_sent using (key) where check_sent.external_id = $1`

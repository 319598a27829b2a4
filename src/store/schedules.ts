import type { ScheduleRegistration } from '../model/effect.ts'
import type { Project } from '../model/run.ts'
import type { NewEvent } from '../ports/inbox.ts'
import type { DueSchedule, NextTime, Schedules } from '../ports/schedules.ts'
import { type Database, type Queries, storable } from './database.ts'
import type { Hub } from './hub.ts'
import { notifyWhen } from './wake.ts'

/**
 * Who settles a time says up to which it was settled before (`since`): of two who try, one finds it
 * changed and does nothing.
 */
export const openSchedules = (database: Database, hub: Hub): Schedules => ({
  lease: async (now, limit) =>
    (await database.rows<StoredRow>(leaseSchedules, [now, limit])).map(dueOf),
  wait: async ({ id, since }, next) => {
    await database.change(settle, [id, since, ...timesOf(next)])
  },
  fire: async ({ id, since }, event, next) => {
    const values = [id, since, ...timesOf(next), ...columnsOf(event)]
    const [row] = await database.rows<{ added: number }>(fireSchedule, values)
    if ((row?.added ?? 0) > 0) hub.tell(['inbox'])
  },
  forget: async ({ repository, branch, asOf }) => {
    await database.change(forgetBranch, [repository.id, branch, asOf])
  },
  failed: async ({ id, since }, error, retryInMs) => {
    await database.change(failSchedule, [id, since, storable(error), retryInMs])
  },
})

/** Forgets branches without schedules whose head was seen more than a month ago. Returns how many. */
export const forgetBranches = (database: Database): Promise<number> =>
  database.change(`
    delete from schedule_branch as place
     where as_of < extract(epoch from now() - interval '31 days') * 1000
       and not exists (select from schedule where branch_id = place.id)`)

const isBranch = `
  repository_id = $1 and hashtextextended(branch, 0) = hashtextextended($2, 0) and branch = $2`

type StoredRow = Omit<DueSchedule, 'repository'> & { readonly project: Project }

const dueOf = ({ project, ...schedule }: StoredRow): DueSchedule => ({
  ...schedule,
  repository: project.repository,
})

const timesOf = ({ since, dueAt }: NextTime) => [since, dueAt ?? Number.MAX_SAFE_INTEGER]

const columnsOf = ({ key, event }: NewEvent) => [key, event.pipelineId, JSON.stringify(event)]

// What was settled in the future comes from a clock that was wrong.
const leaseSchedules = {
  name: 'lease-schedules',
  text: `
    with due as materialized (
      select id, branch_id from schedule
       where (due_at <= $1 or since > $1::bigint + 60000) and rests_until <= now()
         and not exists (select from schedule_branch as place
                           join closed_repository using (repository_id)
                          where place.id = branch_id)
       order by due_at limit $2 for update skip locked)
    update schedule set rests_until = now() + interval '60 seconds'
      from due
      join schedule_branch as place on place.id = due.branch_id
      join project using (repository_id)
     where schedule.id = due.id
    returning schedule.id, project.doc as project, branch, cron, schedule.name, since,
              as_of as "asOf", tries`,
}

const settled = `
  update schedule set since = $3, due_at = $4, rests_until = '-infinity', tries = 0, error = null`

const settle = `${settled} where id = $1 and since = $2`

const fireSchedule = `
  with settled as (${settled}, last_fired = $3 where id = $1 and since = $2 returning 1),
  added as (
    insert into event (key, pipeline_id, doc) select $5, $6::uuid, $7::json from settled
        on conflict (key) do nothing
    returning 1)
  select count(*) as added, ${notifyWhen('count(*) > 0', 'inbox')} from added`

const forgetBranch = `
  delete from schedule_branch where ${isBranch} and as_of = $3`

const failSchedule = `
  update schedule set
    tries = tries + 1, error = $3, rests_until = now() + interval '1 millisecond' * $4::float8
  where id = $1 and since = $2`

/** Puts the schedules of a branch in the place of its earlier ones, unless those are of a newer head. */
export async function registerSchedules(
  queries: Queries,
  { repositoryId, branch, asOf, schedules }: ScheduleRegistration,
): Promise<void> {
  const [place] = await queries.rows<{ id: number }>(touchBranch, [repositoryId, branch, asOf])
  if (place === undefined) return
  const crons = schedules.map(({ cron }) => cron)
  await queries.change(removeOthers, [place.id, crons])
  if (schedules.length === 0) return
  const names = schedules.map(({ name }) => storable(name))
  await queries.change(addSchedules, [place.id, asOf, crons, names])
}

const touchBranch = `
  insert into schedule_branch (repository_id, branch, as_of) values ($1, $2, $3)
      on conflict (repository_id, hashtextextended(branch, 0)) do update set as_of = excluded.as_of
   where schedule_branch.as_of <= excluded.as_of
  returning id`

const removeOthers = `delete from schedule where branch_id = $1 and cron <> all ($2::text[])`

// One that stays keeps its times: a push must not make it miss one.
const addSchedules = `
  insert into schedule (branch_id, since, cron, name)
  select $1, $2, cron, name from unnest($3::text[], $4::text[]) as given (cron, name)
      on conflict (branch_id, cron) do update set name = excluded.name`

import type { Effect } from '../model/effect.ts'
import type { Topic } from '../ports/wake.ts'
import type { Queries } from './database.ts'
import { lockClass } from './locks.ts'

type Enter = Extract<Effect, { type: 'serial-enter' }>
type Leave = Extract<Effect, { type: 'serial-leave' }>

/**
 * Serial groups: one job of a group has the turn, the others wait in the order in which they came. A job
 * of an older pipeline than one of its repository that waits or has the turn is passed over, so that an
 * old deployment never follows a newer one (CircleCI's rule); into an idle group it is let.
 */
export async function takeTurns(
  queries: Queries,
  turns: readonly (Enter | Leave)[],
  told: Set<Topic>,
): Promise<void> {
  if (turns.length === 0) return
  const scopes = [...new Set(turns.map(({ scope }) => scope))].toSorted()
  // Always in one order, so that two transactions never wait for each other.
  for (const scope of scopes) await queries.rows(lockScope, [scope])
  await queries.change(leaveGroups, [jobsOf(turns, 'serial-leave')])
  for (const turn of turns)
    if (turn.type === 'serial-enter') await queries.change(enterGroup, valuesOf(turn))
  await queries.change(grantTurns, [scopes])
  told.add('inbox')
}

const jobsOf = (turns: readonly (Enter | Leave)[], type: Leave['type']) =>
  turns.flatMap((turn) => (turn.type === type ? [turn.jobId] : []))

const valuesOf = ({ scope, repositoryId, number, jobId, pipelineId }: Enter) => [
  scope,
  repositoryId,
  number,
  jobId,
  pipelineId,
]

const lockScope = `select pg_advisory_xact_lock(${lockClass.serial}, hashtext($1))`

const leaveGroups = `delete from serial_turn where job_id = any ($1::uuid[])`

const event = (type: string): string => `json_build_object('pipelineId', pipeline_id,
  'at', floor(extract(epoch from clock_timestamp()) * 1000), 'type', '${type}', 'jobId', job_id)`

/** A job comes once: by its second event it has its turn, or was passed over. */
const enterGroup = `
  with given (scope, repository_id, number, job_id, pipeline_id) as (
    values ($1::text, $2::bigint, $3::integer, $4::uuid, $5::uuid)),
  older as (
    select given.* from given where exists (
      select from serial_turn as turn
       where turn.scope = given.scope and turn.repository_id = given.repository_id
         and turn.number > given.number)),
  passed as (
    insert into event (key, pipeline_id, doc)
    select 'serial:' || job_id || ':passed', pipeline_id, ${event('serial-passed')} from older
        on conflict (key) do nothing)
  insert into serial_turn (scope, repository_id, number, job_id, pipeline_id)
  select * from given where not exists (select from older)
      on conflict (job_id) do nothing`

const grantTurns = `
  with first as (
    select distinct on (scope) job_id from serial_turn
     where scope = any ($1::text[])
     order by scope, held desc, place),
  granted as (
    update serial_turn set held = true
      from first
     where serial_turn.job_id = first.job_id and not held
    returning serial_turn.*)
  insert into event (key, pipeline_id, doc)
  select 'serial:' || job_id || ':granted', pipeline_id, ${event('serial-granted')} from granted
      on conflict (key) do nothing`

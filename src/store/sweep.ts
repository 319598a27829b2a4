import type { WorkerId } from '../model/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Database, Queries } from './database.ts'
import type { Hub } from './hub.ts'
import { putTaskFinished } from './task-events.ts'
import { notify } from './wake.ts'

const leaseMs = 9_000
/** The sweep runs each second; after a longer silence it has been away, and so may all workers have been. */
const awayMs = 5_000

/**
 * Makes the sweep. It ends nothing in its first 9 s, nor in the 9 s after it was away for long: when the
 * database or the whole machine was gone, every lease ran out, and those who live need time to renew.
 */
export function openSweep(database: Database, hub: Hub, clock: Clock): () => Promise<number> {
  let lastSeen = Number.NEGATIVE_INFINITY
  let watchingSince = 0
  return async () => {
    const now = clock.now()
    if (now < lastSeen || now - lastSeen > awayMs) watchingSince = now
    const gone = await database.rows<{ id: WorkerId }>(expiredWorkers)
    lastSeen = now
    if (gone.length === 0 || now - watchingSince < leaseMs) return 0
    const lost = await database.transaction(endTheirTasks)
    if (lost > 0) hub.tell(['inbox'])
    return lost
  }
}

const expiredWorkers = {
  name: 'expired-workers',
  text: `select id from worker where lease_until < now()`,
}

/** Two statements: the second sees every claim that was made before the worker's row was locked. */
async function endTheirTasks(queries: Queries): Promise<number> {
  const gone = (await queries.rows<{ id: WorkerId }>(lockExpired)).map(({ id }) => id)
  const lost = await queries.change(loseTasks, [gone])
  await queries.change('delete from worker where id = any ($1::uuid[])', [gone])
  if (lost > 0) await notify(queries, new Set(['inbox']))
  return lost
}

const lockExpired = `
  select id from worker where lease_until < now() order by id for update skip locked`

const loseTasks = `
  with theirs as materialized (
    select id from task
     where worker_id = any ($1::uuid[]) and state = 'running'
     order by id for update),
  lost as (
    update task set
      state = 'ended', claim = claim + 1, ended_at = now(),
      outcome = json_build_object('kind', 'lost', 'because',
        'worker ' || worker_name || ' did not renew its lease: the process or its machine is gone')
    from theirs where task.id = theirs.id
    returning task.*),
  told as (${putTaskFinished('select * from lost', 'true')})
  select id from lost`

import type { TaskId, WorkerId } from '../model/ids.ts'
import type { Outcome } from '../model/run.ts'
import type { Clock } from '../ports/clock.ts'
import type { Tasks } from '../ports/tasks.ts'
import { type ClaimRow, claimedColumns, claimedTask } from './claimed.ts'
import { type Database, storable } from './database.ts'
import type { Hub } from './hub.ts'
import type { Identities } from './identities.ts'
import type { Session } from './session.ts'
import { openSweep } from './sweep.ts'
import { putTaskFinished, putTaskStarted } from './task-events.ts'
import { notifyWhen } from './wake.ts'

export interface TasksSettings {
  readonly database: Database
  readonly hub: Hub
  readonly clock: Clock
  readonly session: Session
  readonly identities: Identities
}

/** The queue of tasks and the leases of those who run them. */
export function openTasks(settings: TasksSettings): Tasks {
  const { database, hub, clock, session, identities } = settings
  return {
    register: async (worker) => {
      const notice = worker.notice === undefined ? null : storable(worker.notice)
      await database.change(registerWorker, [worker.id, storable(worker.name), notice])
    },
    identity: (known, fresh) => identities.take(session, known, fresh),
    adopt: (id) => adopt(database, id),
    claim: (id, limit) => claim(database, hub, id, limit),
    renew: async (id) => identities.holds(id) && (await database.change(renewLease, [id])) > 0,
    canceled: async (id) =>
      (await database.rows<{ id: TaskId }>(canceledTasks, [id])).map((row) => row.id),
    finish: async (id, task, outcome) => {
      const ended = await finish(database, [task.taskId, id, task.claim], outcome)
      if (ended) hub.tell(['inbox'])
      return ended
    },
    unfinished: async (ids) =>
      (await database.rows<{ id: TaskId }>(unfinishedTasks, [ids])).map((row) => row.id),
    leave: async (id) => {
      await database.change(leaveWorker, [id])
      await identities.give(session, id)
    },
    reap: openSweep(database, hub, clock),
  }
}

const registerWorker = `
  insert into worker (id, name, notice, lease_until) values ($1, $2, $3, now() + interval '9 seconds')
  on conflict (id) do update
    set name = excluded.name, notice = excluded.notice, lease_until = excluded.lease_until`

// A lease that ran out is renewed as long as nobody has taken it away: the sweep deletes the row in
// the transaction that ends the worker's tasks, so a worker is either swept or here, never both.
const renewLease = {
  name: 'renew-lease',
  text: `update worker set lease_until = now() + interval '9 seconds' where id = $1`,
}

const canceledTasks = {
  name: 'canceled-tasks',
  text: `select id from task where worker_id = $1 and state = 'running' and canceled`,
}

const unfinishedTasks = `select id from task where id = any($1::uuid[]) and state <> 'ended'`

const leaveWorker = `
  delete from worker
   where id = $1
     and not exists (select from task where worker_id = worker.id and state = 'running')`

async function adopt(database: Database, id: WorkerId) {
  const rows = await database.rows<ClaimRow>(adoptTasks, [id])
  return rows.map((row) => claimedTask(row, true))
}

// The shared lock on the worker's row keeps the sweep away until the tasks are ours.
const adoptTasks = `
  with me as materialized (select id from worker where id = $1 for share),
  mine as (
    update task set claim = claim + 1
      from me where worker_id = me.id and state = 'running'
    returning task.*)
  ${claimedColumns}`

async function claim(database: Database, hub: Hub, id: WorkerId, limit: number) {
  const rows = await database.rows<ClaimRow>(claimTasks, [id, limit])
  if (rows.length > 0) hub.tell(['inbox'])
  return rows.map((row) => claimedTask(row, false))
}

const claimTasks = {
  name: 'claim-tasks',
  text: `
    with me as materialized (
      select id, name from worker where id = $1 and lease_until > now() for share),
    free as materialized (
      select task.id from task
       where state = 'queued' and exists (select from me)
       order by place limit $2 for update skip locked),
    mine as (
      update task
         set state = 'running', claim = claim + 1, worker_id = me.id, worker_name = me.name
        from free, me
       where task.id = free.id
      returning task.*),
    told as (${putTaskStarted('select * from mine')})
    ${claimedColumns}`,
}

async function finish(
  database: Database,
  values: readonly unknown[],
  outcome: Outcome,
): Promise<boolean> {
  const [row] = await database.rows<{ ended: boolean }>(finishTask, [
    ...values,
    JSON.stringify(outcome),
    outcome.kind === 'failed' || outcome.kind === 'lost',
  ])
  if (row?.ended) return true
  const [earlier] = await database.rows<{ ended: boolean }>(finishedBefore, values)
  return earlier?.ended ?? false
}

const finishTask = {
  name: 'finish-task',
  text: `
    with ended as (
      update task set state = 'ended', outcome = $4::json, ended_at = now()
       where id = $1 and worker_id = $2 and claim = $3 and state = 'running'
      returning task.*),
    told as (${putTaskFinished('select * from ended', '$5::boolean')})
    select count(*) > 0 as ended, ${notifyWhen('count(*) > 0', 'inbox')} from ended`,
}

// Whoever takes a task away raises its claim, so the same claim on an ended task is the same worker's.
const finishedBefore = `
  select exists (
    select from task
     where id = $1 and worker_id = $2 and claim = $3 and state = 'ended') as ended`

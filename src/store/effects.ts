import type { Effect, QueuedTask } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import type { TaskId } from '../model/ids.ts'
import type { Topic } from '../ports/wake.ts'
import { cancelOlder } from './cancel-older.ts'
import type { Queries } from './database.ts'
import { report } from './report.ts'
import { registerSchedules } from './schedules.ts'
import { takeTurns } from './serial.ts'
import { putTaskFinished } from './task-events.ts'

type Of<Type extends Effect['type']> = Extract<Effect, { type: Type }>

/**
 * Turns effects into rows, one statement a kind, always in the same order of tables, so that two
 * transactions never wait for each other. Adds to `told` what others should hear after the commit.
 */
export async function carryOut(
  queries: Queries,
  effects: readonly Effect[],
  told: Set<Topic>,
): Promise<void> {
  const by = sorted(effects)
  await queueTasks(queries, by.tasks, told)
  await cancelTasks(queries, by.cancels, told)
  await writeOutbox(queries, by.outgoing, told)
  await report(queries, by.reports, told)
  for (const { registration } of by.registrations) await registerSchedules(queries, registration)
  await putLater(queries, by.later, told)
  for (const wish of by.redundant) await cancelOlder(queries, wish, told)
  await takeTurns(queries, by.turns, told)
}

interface Sorted {
  readonly tasks: QueuedTask[]
  readonly cancels: Of<'cancel-task'>[]
  readonly outgoing: Effect[]
  readonly reports: Of<'report'>[]
  readonly registrations: Of<'register-schedules'>[]
  readonly later: Of<'later'>[]
  readonly redundant: Of<'cancel-older'>[]
  readonly turns: Of<'serial-enter' | 'serial-leave'>[]
}

function sorted(effects: readonly Effect[]): Sorted {
  const by: Sorted = {
    tasks: [],
    cancels: [],
    outgoing: [],
    reports: [],
    registrations: [],
    later: [],
    redundant: [],
    turns: [],
  }
  for (const effect of effects) {
    switch (effect.type) {
      case 'queue-task':
        by.tasks.push(effect.task)
        break
      case 'cancel-task':
        by.cancels.push(effect)
        break
      case 'report':
        by.reports.push(effect)
        break
      case 'register-schedules':
        by.registrations.push(effect)
        break
      case 'later':
        by.later.push(effect)
        break
      case 'cancel-older':
        by.redundant.push(effect)
        break
      case 'serial-enter':
      case 'serial-leave':
        by.turns.push(effect)
        break
      case 'compile':
      case 'admit':
      case 'ask-permission':
      case 'ask-contexts':
      case 'start-on-demand':
      case 'read-approval-policy':
        by.outgoing.push(effect)
        break
    }
  }
  return by
}

async function queueTasks(
  queries: Queries,
  tasks: readonly QueuedTask[],
  told: Set<Topic>,
): Promise<void> {
  if (tasks.length === 0) return
  await queries.change(insertTasks, [
    tasks.map(({ taskId }) => taskId),
    tasks.map(({ pipelineId }) => pipelineId),
    tasks.map(({ jobId }) => jobId),
    tasks.map(({ index }) => index),
    tasks.map(({ total }) => total),
  ])
  told.add('tasks')
}

const insertTasks = {
  name: 'insert-tasks',
  text: `
    insert into task (id, pipeline_id, job_id, index, total)
    select id, pipeline_id, job_id, index, total
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::integer[])
           with ordinality as given (id, pipeline_id, job_id, index, total, place)
     order by place
        on conflict (id) do nothing`,
}

/** What nobody has claimed ends here; of what somebody runs, its worker is told. */
async function cancelTasks(
  queries: Queries,
  cancels: readonly Of<'cancel-task'>[],
  told: Set<Topic>,
): Promise<void> {
  if (cancels.length === 0) return
  const values = [cancels.map(({ taskId }) => taskId), cancels.map(outcomeOf)]
  const rows = await queries.rows<{ id: TaskId; state: string }>(cancelRows, values)
  if (rows.some(({ state }) => state === 'ended')) told.add('inbox')
  if (rows.some(({ state }) => state === 'running')) told.add('cancels')
}

const outcomeOf = ({ because }: Of<'cancel-task'>) => JSON.stringify({ kind: 'canceled', because })

// Locked in the order of ids, as the sweep does, so that the two cannot wait for each other.
const cancelRows = `
  with given as (select * from unnest($1::uuid[], $2::json[]) as given (id, outcome)),
  locked as materialized (
    select id from task where id = any ($1::uuid[]) and state <> 'ended' order by id for update),
  changed as (
    update task set
      canceled = true,
      state = case state when 'queued' then 'ended' else state end,
      outcome = case state when 'queued' then given.outcome end,
      ended_at = case state when 'queued' then now() end
    from locked join given using (id)
    where task.id = locked.id
    returning task.*),
  told as (${putTaskFinished(`select * from changed where state = 'ended'`, 'false')})
  select id, state from changed`

async function writeOutbox(
  queries: Queries,
  effects: readonly Effect[],
  told: Set<Topic>,
): Promise<void> {
  if (effects.length === 0) return
  await queries.change(`insert into effect (doc) select * from unnest($1::json[])`, [
    effects.map((effect) => JSON.stringify(effect)),
  ])
  told.add('outbox')
}

async function putLater(
  queries: Queries,
  later: readonly Of<'later'>[],
  told: Set<Topic>,
): Promise<void> {
  if (later.length === 0) return
  await queries.change(insertLater, [
    later.map(laterKey),
    later.map(({ event }) => event.pipelineId),
    later.map(({ at }) => at),
    later.map(({ event }) => JSON.stringify(event)),
  ])
  told.add('inbox')
}

const laterKey = ({ event, at }: { readonly event: Event; readonly at: number }) =>
  `later:${event.pipelineId}:${event.type}:${'jobId' in event ? `${event.jobId}:` : ''}${at}`

const insertLater = `
  insert into event (key, pipeline_id, due_at, doc)
  select key, pipeline_id, to_timestamp(at / 1000), doc
    from unnest($1::text[], $2::uuid[], $3::float8[], $4::json[])
         with ordinality as given (key, pipeline_id, at, doc, place)
   order by place
      on conflict (key) do nothing`

import type { Event } from '../model/event.ts'
import type { PipelineId } from '../model/ids.ts'
import type { Conveyor, Taken } from '../ports/inbox.ts'
import type { Log } from '../ports/log.ts'
import type { Topic } from '../ports/wake.ts'
import { type Database, type Queries, storable } from './database.ts'
import { carryOut } from './effects.ts'
import type { Hub } from './hub.ts'
import { openLoader } from './load.ts'
import { lockClass } from './locks.ts'
import { saveChanges } from './save.ts'
import { notify } from './wake.ts'

interface OpenEvent {
  readonly id: number
  readonly event: Event
}

/**
 * Takes events under the lock of their pipeline: a lock of the transaction by the pipeline's id, which
 * also works for a pipeline that has no row yet. It is taken together with the event, so that a later
 * event of the pipeline cannot overtake it.
 */
export const openConveyor = (database: Database, hub: Hub, log: Log): Conveyor => ({
  async take(handle) {
    const attempt: { taken: OpenEvent | null } = { taken: null }
    const told = new Set<Topic>()
    try {
      await database.transaction(async (queries) => {
        attempt.taken = await nextEvent(queries)
        if (attempt.taken) await handleEvent(queries, attempt.taken, handle, told)
      })
    } catch (error) {
      if (!attempt.taken) throw error
      await countFailure(database, log, attempt.taken, error)
      return true
    }
    hub.tell(told)
    return attempt.taken !== null
  },
  untilDue: (limit) => untilDue(database, limit),
  aside: () => aside(database),
})

/**
 * The oldest due event of a pipeline that nobody else works on, and that pipeline's lock. Pipelines in
 * which something went wrong come first.
 */
async function nextEvent(queries: Queries): Promise<OpenEvent | null> {
  const busy: PipelineId[] = []
  for (;;) {
    const [oldest] = await queries.rows<{ pipelineId: PipelineId; locked: boolean }>(tryPipeline, [
      busy,
    ])
    if (!oldest) return null
    // Asked anew: what was seen before the lock was ours may have been handled meanwhile.
    const [row] = oldest.locked
      ? await queries.rows<OpenEvent>(oldestEvent, [oldest.pipelineId])
      : []
    if (row) return row
    busy.push(oldest.pipelineId)
  }
}

/** Each finds its row at the beginning of an index. */
const firstDue = (condition: string): string => `
  select pipeline_id, not urgent as waits from event
   where state = 'open' and ${condition} and due_at <= now() and pipeline_id <> all ($1::uuid[])
   order by due_at, id limit 1`

// The limit stands below the lock, so that exactly one pipeline is tried.
const tryPipeline = {
  name: 'try-pipeline',
  text: `
    with oldest as materialized (
      (${firstDue('urgent')}) union all (${firstDue('true')}) order by waits limit 1)
    select pipeline_id as "pipelineId",
           pg_try_advisory_xact_lock(${lockClass.pipeline}, hashtext(pipeline_id::text)) as locked
      from oldest`,
}

const oldestEvent = {
  name: 'oldest-event',
  text: `
    select id, doc as event from event
     where pipeline_id = $1 and state = 'open' and due_at <= now()
     order by due_at, id limit 1`,
}

async function handleEvent(
  queries: Queries,
  { id, event }: OpenEvent,
  handle: (taken: Taken) => Promise<void>,
  told: Set<Topic>,
): Promise<void> {
  const loader = openLoader(queries, event)
  let state: 'open' | 'saved' | 'over' = 'open'
  try {
    await handle({
      event,
      load: async (needs) => {
        if (state === 'over') throw new Error('the event is no longer held')
        return loader.load(needs)
      },
      save: async (changes, effects) => {
        if (state !== 'open') throw new Error('an event is saved once, while it is held')
        state = 'saved'
        await saveChanges(queries, changes, loader.knownJobs())
        await carryOut(queries, effects, told)
      },
    })
  } finally {
    state = 'over'
  }
  await queries.change(endEvent, [id])
  await notify(queries, told)
}

const endEvent = {
  name: 'end-event',
  text: `update event set state = 'done', ended_at = now(), doc = null, error = null where id = $1`,
}

const triesBeforeAside = 10

async function countFailure(
  database: Database,
  log: Log,
  { id, event }: OpenEvent,
  error: unknown,
): Promise<void> {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const [row] = await database.rows<{ tries: number }>(failEvent, [
    id,
    storable(text),
    triesBeforeAside,
  ])
  const tries = row?.tries ?? 0
  const facts = { pipelineId: event.pipelineId, event: event.type, tries, error: text }
  if (tries >= triesBeforeAside) log.error(facts, 'an event failed too often and was set aside')
  else log.warn(facts, 'an event could not be handled; it will be tried again')
}

// After 1 s, 2 s, 4 s, … up to 5 minutes.
const failEvent = `
  update event set
    tries = tries + 1,
    error = $2,
    due_at = now() + least(interval '5 minutes', interval '1 second' * power(2, tries)),
    state = case when tries + 1 >= $3 then 'aside' else 'open' end,
    ended_at = case when tries + 1 >= $3 then now() end
  where id = $1 and state = 'open'
  returning tries`

/** An event that is due and yet was not taken has a busy pipeline: look again soon, without a spin. */
const busyPauseMs = 20

async function untilDue(database: Database, limit: number): Promise<number> {
  const [row] = await database.rows<{ ms: number | null }>(nextDue)
  if (row === undefined || row.ms === null) return limit
  return Math.min(limit, Math.max(busyPauseMs, Math.ceil(row.ms)))
}

const nextDue = {
  name: 'next-due',
  text: `
    select (extract(epoch from min(due_at) - now()) * 1000)::float8 as ms
      from event where state = 'open'`,
}

const aside = (database: Database) =>
  database.rows<{ event: Event; error: string }>(`
    select doc as event, coalesce(error, '') as error from event
     where state = 'aside' order by ended_at desc, id desc`)

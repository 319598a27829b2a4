import type { Inbox, NewEvent } from '../ports/inbox.ts'
import type { Database, Queries } from './database.ts'
import type { Hub } from './hub.ts'
import { notifyWhen } from './wake.ts'

/** One statement, so one commit: durable and complete when it resolves. */
export const openInbox = (database: Database, hub: Hub): Inbox => ({
  async put(events) {
    if (events.length === 0) return 0
    const added = await insertEvents(database, events)
    if (added > 0) hub.tell(['inbox'])
    return added
  },
})

/** Within a transaction of the caller's, who tells the inbox afterwards. Returns how many were new. */
export async function insertEvents(queries: Queries, events: readonly NewEvent[]): Promise<number> {
  const [row] = await queries.rows<{ added: number }>(putEvents, columnsOf(events))
  return row?.added ?? 0
}

/** Forgets the keys of events that were handled more than 31 days ago. Returns how many. */
export const forgetHandled = (database: Database): Promise<number> =>
  database.change(`
    delete from event where state = 'done' and ended_at < now() - interval '31 days'`)

const columnsOf = (events: readonly NewEvent[]) => [
  events.map(({ key }) => key),
  events.map(({ event }) => event.pipelineId),
  events.map(({ event }) => JSON.stringify(event)),
]

const putEvents = {
  name: 'put-events',
  text: `
    with added as (
      insert into event (key, pipeline_id, doc)
      select key, pipeline_id, doc
        from unnest($1::text[], $2::uuid[], $3::json[])
             with ordinality as given (key, pipeline_id, doc, place)
       order by place
          on conflict (key) do nothing
      returning 1)
    select count(*) as added, ${notifyWhen('count(*) > 0', 'inbox')} from added`,
}

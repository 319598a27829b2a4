import type { Topic } from '../ports/wake.ts'
import type { Queries } from './database.ts'
import { topics } from './hub.ts'

/** Hints travel on a channel each, without a payload: the same hint twice in a transaction is one. */
const prefix = 'sluice_'

export async function listenToTopics(queries: Queries): Promise<void> {
  for (const topic of topics) await queries.change(`listen ${prefix}${topic}`)
}

export const topicOf = (channel: string): Topic | undefined =>
  topics.find((topic) => channel === prefix + topic)

/** Tells other processes, when and if the transaction of `queries` commits. */
export async function notify(queries: Queries, told: ReadonlySet<Topic>): Promise<void> {
  if (told.size === 0) return
  await queries.change(notifyTopics, [[...told].map((topic) => prefix + topic)])
}

const notifyTopics = {
  name: 'notify',
  text: `select pg_notify(channel, '') from unnest($1::text[]) as channel`,
}

/** An SQL expression that reports `topic` when `condition` holds, inside a statement that does more. */
export const notifyWhen = (condition: string, topic: Topic): string =>
  `case when ${condition} then pg_notify('${prefix}${topic}', '') end`

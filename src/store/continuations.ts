import { refusalOf } from '../model/continuation.ts'
import type { Event } from '../model/event.ts'
import type { PipelineRun } from '../model/run.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContinuationAnswer, Continuations, ContinuationWish } from '../ports/continuations.ts'
import type { Inbox } from '../ports/inbox.ts'
import type { Database } from './database.ts'

/** One key of the inbox a pipeline, so that of any number of requests at once the first one counts. */
export const openContinuations = (
  database: Database,
  inbox: Inbox,
  clock: Clock,
): Continuations => ({
  async request(wish) {
    const at = clock.now()
    const event = { type: 'continued', at, ...wish } as const
    const answer = await look(database, wish, at)
    if (answer !== 'open') return answer
    const added = await inbox.put([{ key: keyOf(wish), event }])
    if (added === 1) return 'accepted'
    // Another one came first, at this very moment; or it was this one, given twice.
    const newer = await look(database, wish, at)
    return newer === 'open' ? 'taken' : newer
  },
})

const keyOf = ({ pipelineId }: ContinuationWish): string => `continued:${pipelineId}`

/** The answer as far as it is decided by what came before; `open` when nothing has. */
async function look(
  database: Database,
  wish: ContinuationWish,
  at: number,
): Promise<ContinuationAnswer | 'open'> {
  // In this order: what is not in the inbox any more is in the pipeline by then.
  const [waiting] = await database.rows<{ doc: Event }>(selectEvent, [keyOf(wish)])
  if (waiting?.doc.type === 'continued') return waiting.doc.by === wish.by ? 'accepted' : 'taken'
  const [row] = await database.rows<{ doc: PipelineRun }>(selectPipeline, [wish.pipelineId])
  if (!row) return 'unknown'
  return isDone(row.doc, wish) ? 'accepted' : (refusalOf(row.doc, at) ?? 'open')
}

function isDone({ continuation }: PipelineRun, { by }: ContinuationWish): boolean {
  if (!continuation || continuation.stage === 'open') return false
  return continuation.by === by
}

const selectEvent = `select doc from event where key = $1 and doc is not null`

const selectPipeline = `select doc from pipeline where id = $1`

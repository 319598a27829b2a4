import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Clients } from './client.ts'
import { type Running, startEvery } from './running.ts'

interface Redelivering {
  readonly probot: Clients
  readonly clock: Clock
  readonly log: Log
  readonly everyMs: number
  /** How long a delivery that failed rests at first. */
  readonly afterMs: number
}

/** One attempt of GitHub to deliver an event; attempts of the same event share their `guid`. */
export interface Attempt {
  readonly id: number
  readonly guid: string
  readonly event: string
  readonly status: string
  readonly delivered_at: string
}

const pagesAtMost = 20
const attemptsPerTurn = 50
const minuteMs = 60_000
/** GitHub keeps deliveries for three days. */
const keptMs = 3 * 24 * 60 * minuteMs
const longestRestMs = 120 * minuteMs

/** What Sluice acts on; of everything else a lost delivery does no harm. */
const events: ReadonlySet<string> = new Set([
  'push',
  'check_run',
  'check_suite',
  'pull_request',
  'merge_group',
  'issue_comment',
])

/**
 * GitHub never repeats a failed delivery by itself. At the start and now and then all recent ones are
 * looked through, and what never arrived is asked for again. One that did arrive meanwhile does no harm:
 * its key is known.
 */
export function startRedelivery(parts: Redelivering): Running {
  const { probot, clock, log, everyMs, afterMs } = parts
  const turn = async (stopped: AbortSignal): Promise<void> => {
    const app = await probot.auth()
    const attempts = await recentAttempts(probot, clock.now())
    const lost = lostDeliveries(attempts, clock.now(), afterMs)
    for (const { id, guid, event } of lost.slice(0, attemptsPerTurn)) {
      if (stopped.aborted) return
      await app.rest.apps.redeliverWebhookDelivery({ delivery_id: id })
      log.info({ delivery: guid, event }, 'a delivery that had failed was asked for again')
    }
  }
  return startEvery({ name: 'redeliver webhooks', everyMs, turn, clock, log })
}

async function recentAttempts(probot: Clients, now: number): Promise<readonly Attempt[]> {
  const app = await probot.auth()
  const attempts: Attempt[] = []
  let pages = 0
  const list = app.rest.apps.listWebhookDeliveries
  for await (const { data } of app.paginate.iterator(list, { per_page: 100 })) {
    attempts.push(...data)
    const oldest = data.at(-1)
    if (!oldest || now - Date.parse(oldest.delivered_at) > keptMs || ++pages >= pagesAtMost) break
  }
  return attempts
}

/**
 * The newest attempt of each event that no attempt delivered, oldest event first. After each failure
 * it rests twice as long, so that nothing is given up as long as GitHub still has it.
 */
export function lostDeliveries(
  attempts: readonly Attempt[],
  now: number,
  afterMs: number,
): readonly Attempt[] {
  const wanted = attempts.filter(({ event }) => events.has(event))
  return [...Map.groupBy(wanted, ({ guid }) => guid).values()]
    .filter((group) => !group.some(({ status }) => status === 'OK'))
    .flatMap((group) => {
      const newest = group.toSorted((a, b) => timeOf(b) - timeOf(a))[0]
      const rest = Math.min(afterMs * 2 ** (group.length - 1), longestRestMs)
      return newest && now - timeOf(newest) >= rest ? [newest] : []
    })
    .toSorted((a, b) => timeOf(a) - timeOf(b))
}

const timeOf = ({ delivered_at }: Attempt): number => Date.parse(delivered_at)

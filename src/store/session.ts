import { Client } from 'pg'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { type Connection, clientSettings, type Queries, queriesOf } from './database.ts'

/** One connection for what belongs to a connection: LISTEN and session locks. */
export interface Session {
  /** Under which the database knows this process, for as long as it lives; see `abandoned`. */
  readonly name: string
  /** Resolves when there is a connection; waits while it is being made anew. */
  queries(): Promise<Queries>
  close(): Promise<void>
}

export interface SessionSettings {
  readonly connection: Connection
  readonly log: Log
  readonly clock: Clock
  /** Sets up each new connection; when it rejects, another is made. */
  readonly begin: (queries: Queries) => Promise<void>
  readonly notified: (channel: string, payload: string) => void
}

const longestPauseMs = 5_000
/** So that the database frees the locks of a machine that is gone within half a minute, not two hours. */
const noticeLoss =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4'

/** Keeps one connection alive until it is closed. Rejects when the first cannot be made. */
export async function openSession(given: SessionSettings): Promise<Session> {
  const settings = { ...given, name: `sluice ${given.clock.newId()}` }
  const closing = new AbortController()
  let current = connect(settings)
  const first = await current
  const watching = watch(first)
  return {
    name: settings.name,
    queries: async () => (await current).queries,
    close: async () => {
      closing.abort()
      await current.then((connected) => connected.client.end()).catch(() => {})
      await watching
    },
  }

  async function watch(connected: Connected): Promise<void> {
    for (let alive = connected; ; ) {
      await alive.ended
      if (closing.signal.aborted) return
      settings.log.warn({}, 'lost the connection that listens to the database; making a new one')
      current = reconnect(settings, closing.signal)
      // Asking for it while it is given up is an answer, not an unhandled rejection.
      current.catch(() => {})
      const next = await current.catch(() => null)
      if (next === null) return
      alive = next
    }
  }
}

interface NamedSettings extends SessionSettings {
  /** By which the database tells our connections from those of other processes. */
  readonly name: string
}

interface Connected {
  readonly client: Client
  readonly queries: Queries
  readonly ended: Promise<void>
}

async function connect(settings: NamedSettings): Promise<Connected> {
  const client = new Client({
    ...clientSettings(settings.connection),
    application_name: settings.name,
    options: noticeLoss,
  })
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
  client.on('error', () => {})
  client.on('notification', ({ channel, payload }) => settings.notified(channel, payload ?? ''))
  try {
    await client.connect()
    const queries = queriesOf(client)
    await settings.begin(queries)
    return { client, queries, ended }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

async function reconnect(settings: NamedSettings, signal: AbortSignal): Promise<Connected> {
  for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await connect(settings)
    } catch (error) {
      settings.log.debug({ error: String(error) }, 'the database does not answer yet')
      await settings.clock.sleep(pauseMs, signal)
    }
  }
  throw new Error('the store was closed')
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../ports/log.ts'
import { bringUp, type Running, type Site } from './bring-up.ts'
import type { Connection, ServerFacts } from './probe.ts'
import { messageOf } from './problem.ts'
import type { Installation } from './program.ts'

/** A database that is kept served until it is stopped. */
export interface Supervised {
  readonly adopted: boolean
  readonly server: ServerFacts
  stop(): Promise<void>
}

/** A server that lived this long was well: its end starts the pauses from the beginning. */
const wellAfterMs = 60_000
const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * Brings a server up and brings it up again whenever it ends, whoever had started it, with growing
 * pauses and a line in the log. Rejects only when the first time fails.
 */
export async function supervise(
  installation: Installation,
  connection: Connection,
  log: Log,
): Promise<Supervised> {
  const stopping = new AbortController()
  const site = { installation, connection, log, signal: stopping.signal }
  const first = await bringUp(site)
  let current = first
  const watching = watch(first, site, (running) => {
    current = running
  })
  const stop = async () => {
    stopping.abort()
    await current.release()
    await watching
  }
  return { adopted: first.adopted, server: first.server, stop }
}

/** Follows one server after another until `site.signal` aborts; `changed` hears about each new one. */
async function watch(
  first: Running,
  site: Site,
  changed: (running: Running) => void,
): Promise<void> {
  let pause = 0
  for (let running: Running | null = first; running; ) {
    const since = performance.now()
    const why = await running.ended
    if (site.signal.aborted) return
    if (performance.now() - since > wellAfterMs) pause = 0
    site.log.error({ why, pauseMs: pause }, 'PostgreSQL ended; bringing it up again')
    running = await again(site, pause)
    pause = longer(pause)
    if (running) changed(running)
  }
}

/** Tries until it works. Null when nobody wants the server any more. */
async function again(site: Site, firstPause: number): Promise<Running | null> {
  for (let pause = firstPause; !site.signal.aborted; pause = longer(pause)) {
    try {
      await sleep(pause, undefined, { signal: site.signal })
      const running = await bringUp(site)
      if (!site.signal.aborted) return running
      await running.release()
    } catch (error) {
      if (!site.signal.aborted)
        site.log.error({ error: messageOf(error) }, 'PostgreSQL could not be brought up')
    }
  }
  return null
}

const longer = (pause: number): number =>
  Math.min(longestPauseMs, Math.max(firstPauseMs, pause * 2))

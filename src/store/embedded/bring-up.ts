import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import type { Log } from '../../ports/log.ts'
import { isAlive, serverPid } from './pid.ts'
import { ask, type Connection, type ServerFacts } from './probe.ts'
import { asServerProblem, EmbeddedError } from './problem.ts'
import { type Server, spawnServer } from './process.ts'
import type { Installation } from './program.ts'

/** What is needed to get at the server of one database. */
export interface Site {
  readonly installation: Installation
  readonly connection: Connection
  readonly log: Log
  /** Aborted when nobody wants the server any more. */
  readonly signal: AbortSignal
}

/** A server that answers: ours, or that of another process. */
export interface Running {
  readonly adopted: boolean
  readonly server: ServerFacts
  /** Resolves, with the reason, when it answers no more. */
  readonly ended: Promise<string>
  /** Ends our server; lets go of another's. */
  release(): Promise<void>
}

const pollMs = 5
/** An orphan lets nobody in any more within a moment; one that still does has lost its tie and stays. */
const orphanMs = 2_000
/** How long a PostgreSQL that runs on the database may stay silent. */
const silenceMs = 60_000
const noticeMs = 10_000
/** Starts that failed because another server was there just then. */
const attempts = 20

/**
 * Adopts the server that runs on this database, or starts one. Whatever answers on the socket is never
 * competed with: two servers would ruin the database, and PostgreSQL's own check sees no processes of
 * other containers. Rejects with `EmbeddedError` when there is no getting at a server.
 */
export async function bringUp(site: Site): Promise<Running> {
  for (let attempt = 1; ; attempt += 1) {
    const running = (await adopt(site)) ?? (await start(site, attempt === attempts))
    if (running) return running
    await sleep(100, undefined, { signal: site.signal })
  }
}

/** Waits while a server is starting, ending or an orphan. Null when there is no server. */
async function adopt(site: Site): Promise<Running | null> {
  const wait = patience(site)
  for (let waited = 0; ; waited = await wait()) {
    const answer = await ask(site.connection)
    if (answer.kind === 'ready') {
      if (waited > orphanMs || hasLivingOwner(answer.server)) return adopted(answer)
      await answer.client.end()
      site.log.debug({ owner: answer.server.owner }, 'this PostgreSQL has lost its process')
    } else if (answer.kind === 'absent') {
      const pid = await serverPid(site.installation.folder, site.log)
      if (pid === null) return null
      if (waited > silenceMs) throw silent(pid, site.installation)
    }
  }
}

/** An owner that is no Sluice has its own ways to keep the server. */
const hasLivingOwner = ({ owner }: ServerFacts): boolean =>
  owner === '' || isAlive(Number.parseInt(owner, 10))

function adopted({ client, server }: { client: Client; server: ServerFacts }): Running {
  const ended = new Promise<string>((resolve) => {
    client.once('end', () => resolve('it closed the connection'))
  })
  return { adopted: true, server, ended, release: () => client.end() }
}

const silent = (pid: number, { folder }: Installation): EmbeddedError =>
  new EmbeddedError(
    `A PostgreSQL (process ${pid}) runs on ${folder.data} but does not answer: end it with \`kill ${pid}\`, then start Sluice again.`,
  )

/** Null when another server turned out to be there, unless this was the `last` attempt. */
async function start(site: Site, last: boolean): Promise<Running | null> {
  const { installation, log } = site
  const owner = `${process.pid} ${randomUUID()}`
  const server = await spawnServer(installation, owner, log)
  try {
    const facts = await untilReady(server, owner, site)
    if (facts)
      return { adopted: false, server: facts, ended: server.ended, release: () => server.stop() }
  } catch (error) {
    await server.stop()
    throw error
  }
  const why = await server.ended
  if (!last && isBeaten(server)) return null
  const { data, dataDir } = installation.folder
  throw asServerProblem(`PostgreSQL does not start in ${data} (${why})`, dataDir, server.tail())
}

const isBeaten = (server: Server): boolean =>
  server
    .tail()
    .some((line) =>
      /lock file .* (already exists|is empty)|shared memory block .* in use/.test(line),
    )

/** Recovery after a crash takes as long as it takes. Null when the server ended instead. */
async function untilReady(server: Server, owner: string, site: Site): Promise<ServerFacts | null> {
  for (const wait = patience(site); server.isRunning(); await wait()) {
    const answer = await ask(site.connection)
    if (answer.kind === 'ready') await answer.client.end()
    if (answer.kind === 'ready' && answer.server.owner === owner) return answer.server
  }
  return null
}

/** A function that pauses, answers how long it all has taken (ms), and says now and then who is waited for. */
function patience({ installation, log, signal }: Site): () => Promise<number> {
  const begun = performance.now()
  let said = begun
  return async () => {
    await sleep(pollMs, undefined, { signal })
    const now = performance.now()
    if (now - said > noticeMs) {
      said = now
      log.info({ folder: installation.folder.data }, 'waiting for PostgreSQL to recover or end')
    }
    return now - begun
  }
}

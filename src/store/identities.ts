import type { WorkerId } from '../model/ids.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Queries } from './database.ts'
import { lockClass } from './locks.ts'
import type { Session } from './session.ts'

/** Session locks on identities: one living process each, and free as soon as the process is gone. */
export interface Identities {
  take(session: Session, known: readonly WorkerId[], fresh: WorkerId): Promise<WorkerId>
  give(session: Session, id: WorkerId): Promise<void>
  /** False when the lock broke with its connection and another process was quicker. */
  holds(id: WorkerId): boolean
  /** After a new connection was made. */
  retake(queries: Queries): Promise<void>
}

/** The database frees the locks of a killed process when it notices; a restart may be quicker. */
const patience = { tries: 10, pauseMs: 100 }

export function openIdentities(clock: Clock, log: Log): Identities {
  const held = new Set<WorkerId>()
  const lost = new Set<WorkerId>()
  return {
    holds: (id) => !lost.has(id),
    async take(session, known, fresh) {
      for (let tries = 0; known.some((id) => !held.has(id)) && tries < patience.tries; tries++) {
        for (const id of known) if (await hold(session, id)) return id
        await clock.sleep(patience.pauseMs)
      }
      if (await hold(session, fresh)) return fresh
      throw new Error(`another process works as ${fresh}, which should be new`)
    },
    async give(session, id) {
      lost.delete(id)
      if (held.delete(id)) await (await session.queries()).change(unlock, [id])
    },
    async retake(queries) {
      for (const id of held) {
        if (await lockFor(queries, id)) continue
        await queries.change(endOurOwn, [id])
        if (await lockFor(queries, id)) continue
        held.delete(id)
        lost.add(id)
        log.error({ worker: id }, 'another process took the identity of this worker')
      }
    },
  }

  /** A session may take its own lock twice, so what this process holds must not be tried. */
  async function hold(session: Session, id: WorkerId): Promise<boolean> {
    if (held.has(id)) return false
    held.add(id)
    const locked = await session
      .queries()
      .then((queries) => lockFor(queries, id))
      .catch(release)
    if (locked) lost.delete(id)
    else held.delete(id)
    return locked

    function release(error: unknown): never {
      held.delete(id)
      throw error
    }
  }
}

/**
 * Takes the lock and renews the lease in the same breath, so that nobody sweeps the worker's tasks
 * away between this and `register`.
 */
async function lockFor(queries: Queries, id: WorkerId): Promise<boolean> {
  const [row] = await queries.rows<{ locked: boolean }>(lock, [id])
  if (row?.locked !== true) return false
  await queries.change(prolong, [id])
  return true
}

const lock = `select pg_try_advisory_lock(${lockClass.identity}, hashtext($1::text)) as locked`
const unlock = `select pg_advisory_unlock(${lockClass.identity}, hashtext($1::text))`
const prolong = `update worker set lease_until = now() + interval '9 seconds' where id = $1::uuid`

/**
 * When only the network broke, the database may still believe in our old connection, and in its lock.
 * It is known by its name, which no other process has.
 */
const endOurOwn = `
  select pg_terminate_backend(pid, 5000) from pg_locks join pg_stat_activity using (pid)
   where locktype = 'advisory' and classid = ${lockClass.identity}
     and objid = (hashtext($1::text)::bigint & 4294967295)::oid
     and application_name = current_setting('application_name') and pid <> pg_backend_pid()`

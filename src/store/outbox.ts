import type { Outbox, PendingEffect } from '../ports/inbox.ts'
import { type Database, storable } from './database.ts'
import { abandoned } from './locks.ts'
import type { Session } from './session.ts'

/**
 * Effects that leave the database. To lease one is to make it due again a minute from now, or as soon
 * as the process that leased it is gone.
 */
export const openOutbox = (database: Database, session: Pick<Session, 'name'>): Outbox => ({
  lease: async (limit) => {
    const rows = await database.rows<{ id: string } & PendingEffect>(leaseEffects, [
      limit,
      session.name,
    ])
    return rows.toSorted((one, other) => Number(one.id) - Number(other.id))
  },
  done: async (id) => {
    await database.change('delete from effect where id = $1', [id])
  },
  failed: async (id, error, retryInMs) => {
    await database.change(failEffect, [id, storable(error), retryInMs])
  },
})

const leaseEffects = {
  name: 'lease-effects',
  text: `
    update effect set due_at = now() + interval '60 seconds', leased_by = $2
     where id in (
       select id from effect where due_at <= now() or ${abandoned('effect.due_at', 'effect.leased_by')}
        order by id limit $1 for update skip locked)
    returning id::text, doc as effect, tries`,
}

const failEffect = `
  update effect
     set tries = tries + 1, error = $2, leased_by = null, due_at = now() + interval '1 millisecond' * $3::float8
   where id = $1`

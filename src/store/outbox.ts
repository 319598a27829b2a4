import type { Outbox, PendingEffect } from '../ports/inbox.ts'
import { type Database, storable } from './database.ts'

/** Effects that leave the database. To lease one is to make it due again a minute from now. */
export const openOutbox = (database: Database): Outbox => ({
  lease: async (limit) => {
    const rows = await database.rows<{ id: string } & PendingEffect>(leaseEffects, [limit])
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
    update effect set due_at = now() + interval '60 seconds'
     where id in (
       select id from effect where due_at <= now() order by id limit $1 for update skip locked)
    returning id::text, doc as effect, tries`,
}

const failEffect = `
  update effect
     set tries = tries + 1, error = $2, due_at = now() + interval '1 millisecond' * $3::float8
   where id = $1`

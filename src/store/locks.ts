/**
 * First halves of our advisory locks, so that one kind never meets another; the second half is a hash
 * of what is locked. Two things with the same hash only wait for each other.
 */
export const lockClass = {
  /** Held by the transaction that handles an event of the pipeline. */
  pipeline: 7_301,
  /** Held by a transaction that starts a pipeline of the project. Taken after a pipeline's lock, never before. */
  project: 7_302,
  /** Held by the session of the process that works under an identity. */
  identity: 7_303,
  /** Held by a transaction in which jobs come to a serial group or leave it. Taken last. */
  serial: 7_304,
} as const

/**
 * SQL: a lease of 60 seconds whose holder is gone. Its session would still be there after a moment if it
 * were only being made anew, so leases of the last five seconds are believed.
 */
export const abandoned = (until: string, holder: string): string => `(
  ${until} <= now() + interval '55 seconds' and ${holder} is not null
  and not exists (select from pg_stat_activity where application_name = ${holder}))`

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
} as const

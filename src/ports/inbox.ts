import type { Effect } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import type { CommitSha, PipelineId } from '../model/ids.ts'
import type { Changes, Needs, Slice } from '../model/state.ts'

/** An event with the name under which it is accepted once. */
export interface NewEvent {
  /** E.g. GitHub's delivery id with a suffix; the same key again changes nothing, for at least 30 days. */
  readonly key: string
  readonly event: Event
}

/** Where everybody puts what happened. */
export interface Inbox {
  /**
   * Durable when it resolves. Returns how many were new; those whose key was known are dropped.
   * All or none of the events are stored.
   */
  put(events: readonly NewEvent[]): Promise<number>
}

/** One event under its pipeline's lock. Valid only inside the `handle` it was given to. */
export interface Taken {
  readonly event: Event
  /** Reads what the event touches. The first call takes the pipeline's lock. */
  load(needs: Needs): Promise<Slice>
  /** Writes the changes and effects of the decision; at most once. */
  save(changes: Changes, effects: readonly Effect[]): Promise<void>
}

/** Who takes events: the conductor only. */
export interface Conveyor {
  /**
   * Runs `handle` on the oldest due event that nobody else holds, in one transaction together with
   * its removal from the inbox: either all of it happened or nothing. False when nothing is due.
   * Pipelines in which a task failed come before all others: red is never late.
   * When `handle` throws, the event is tried again later, at growing intervals; after ten failures it
   * is set aside with its error (see `aside`), so that it blocks nobody, and is never dropped.
   */
  take(handle: (taken: Taken) => Promise<void>): Promise<boolean>
  /** Milliseconds until the next event is due, at most `limit`. */
  untilDue(limit: number): Promise<number>
  /** Events that were set aside, newest first, for `/readyz`, the dashboard and the log. */
  aside(): Promise<readonly { readonly event: Event; readonly error: string }[]>
}

/** An effect that leaves the database, waiting to be carried out. */
export interface PendingEffect {
  readonly id: string
  readonly effect: Effect
  /** Earlier tries that failed. */
  readonly tries: number
}

export interface Outbox {
  /**
   * Leases up to `limit` due effects to the caller for 60 s and returns them, oldest first. An effect
   * that is neither done nor failed when its lease ends is given out again: at least once, not exactly.
   */
  lease(limit: number): Promise<readonly PendingEffect[]>
  done(id: string): Promise<void>
  /** Given out again after `retryInMs`. */
  failed(id: string, error: string, retryInMs: number): Promise<void>
}

/** Where a pull request comes from: a branch of the repository, or the one that stands for a fork's. */
export interface PullHead {
  readonly sha: CommitSha
  readonly branch: string
}

/** What adapters ask about pipelines before they put an event. */
export interface Pipelines {
  /**
   * Newest pipeline of each ref at this commit, newest first; those of schedules, of events of pull
   * requests and on demand are told apart.
   */
  atCommit(repositoryId: number, sha: string): Promise<readonly PipelineId[]>
  /**
   * Those of `atCommit` that are of this branch: whoever writes below a pull request means no other branch
   * or tag, also where a stranger has made its commit that of one.
   */
  ofHead(repositoryId: number, head: PullHead): Promise<readonly PipelineId[]>
  /** Pipelines of this branch that wait until somebody lets them begin, newest first. */
  held(repositoryId: number, branch: string): Promise<readonly PipelineId[]>
}

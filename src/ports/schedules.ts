import type { Repository } from '../model/trigger.ts'
import type { NewEvent } from './inbox.ts'

/** A schedule of a branch that is due, in the hands of the caller. */
export interface DueSchedule {
  readonly id: string
  /** As it was named last. */
  readonly repository: Repository
  readonly branch: string
  /** Five fields, in UTC. */
  readonly cron: string
  /** The workflows that it starts. */
  readonly name: string
  /** Its times up to this one are settled, in milliseconds since 1970. */
  readonly since: number
  /** When the head was seen whose config has it; tells a branch from one that was made anew. */
  readonly asOf: number
  /** Earlier tries that failed. */
  readonly tries: number
}

/** The next time of a schedule; both in milliseconds since 1970. */
export interface NextTime {
  /** Its times up to this one are settled. */
  readonly since: number
  /** Null: never. */
  readonly dueAt: number | null
}

/**
 * When workflows run by themselves, as the config at the head of each branch says. All times are the
 * caller's, whose clock decides when a schedule is due. What was leased ends with one of the other calls;
 * when the branch got other schedules meanwhile, that call changes nothing.
 */
export interface Schedules {
  /**
   * Leases up to `limit` schedules that are due at `now`, or of which nobody has worked out when they are,
   * to the caller for 60 s.
   */
  lease(now: number, limit: number): Promise<readonly DueSchedule[]>
  /** Nothing is due yet. */
  wait(schedule: DueSchedule, next: NextTime): Promise<void>
  /** Puts the event in the inbox and settles the time, both or neither. */
  fire(schedule: DueSchedule, event: NewEvent, next: NextTime): Promise<void>
  /** The branch is gone, and all its schedules go with it. */
  forget(schedule: DueSchedule): Promise<void>
  /** Leased again after `retryInMs`. */
  failed(schedule: DueSchedule, error: string, retryInMs: number): Promise<void>
}

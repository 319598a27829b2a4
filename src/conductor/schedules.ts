import { derivedId, pipelineId } from '../model/ids.ts'
import type { Commit, Person, ScheduleFacts, Trigger } from '../model/trigger.ts'
import type { Clock } from '../ports/clock.ts'
import { type GitHub, GitHubUnavailable } from '../ports/github.ts'
import type { NewEvent } from '../ports/inbox.ts'
import type { Log } from '../ports/log.ts'
import type { DueSchedule, Schedules } from '../ports/schedules.ts'
import { nextTick, ticksBetween } from './cron.ts'

interface ScheduleParts {
  readonly schedules: Schedules
  readonly github: Pick<GitHub, 'head'>
  readonly clock: Clock
  readonly log: Log
}

/** Schedules that are looked after at once. */
const batch = 20

/** Fires what is due; true when more may be due. Each failure is noted and tried again. */
export async function fireSchedules(parts: ScheduleParts): Promise<boolean> {
  const due = await parts.schedules.lease(parts.clock.now(), batch)
  await Promise.all(due.map((schedule) => attend(parts, schedule)))
  return due.length === batch
}

async function attend(parts: ScheduleParts, schedule: DueSchedule): Promise<void> {
  try {
    await fire(parts, schedule)
  } catch (error) {
    const retryInMs = retryAfter(error, schedule.tries)
    const facts = { ...named(schedule), retryInMs, error: String(error) }
    parts.log.warn(facts, 'a schedule could not be fired; it is tried again')
    await parts.schedules.failed(schedule, String(error), retryInMs)
  }
}

/** More missed times than this are not counted. */
const countedAtMost = 1000

/**
 * Starts a pipeline for the newest time that has come. Times before it that nobody saw, since Sluice or
 * GitHub was away, are made up for by this one run and said on its check.
 */
async function fire(parts: ScheduleParts, schedule: DueSchedule): Promise<void> {
  const { schedules, github, clock, log } = parts
  const { cron, since, repository, branch } = schedule
  const now = clock.now()
  const ticks = ticksBetween(cron, since, now, countedAtMost)
  const dueAt = ticks.at(-1)
  // A clock that was ahead of the time may have settled what has not come yet.
  if (dueAt === undefined) return schedules.wait(schedule, nextAfter(cron, Math.min(since, now)))
  const commit = await github.head(repository, branch)
  if (commit === null) {
    log.info(named(schedule), 'a branch is gone, and its schedules with it')
    return schedules.forget(schedule)
  }
  const missed = ticks.length - 1
  if (missed > 0) log.warn({ ...named(schedule), missed }, 'a schedule missed times; it runs once')
  const facts = { id: schedule.id, name: schedule.name, cron, dueAt, missed }
  // The time before GitHub was asked: a push that came meanwhile is newer than this head.
  const event = eventOf(facts, { schedule, commit, now })
  await schedules.fire(schedule, event, nextAfter(cron, dueAt))
}

const nextAfter = (cron: string, since: number) => ({ since, dueAt: nextTick(cron, since) })

interface Moment {
  readonly schedule: DueSchedule
  readonly commit: Commit
  readonly now: number
}

/** Nobody pushed: the schedule itself acts. No person of GitHub has this id. */
const actor: Person = { id: 0, login: 'schedule', type: 'Bot' }

/** Named by the schedule and its time, so that no time makes two pipelines. */
function eventOf(facts: ScheduleFacts, { schedule, commit, now }: Moment): NewEvent {
  const key = `schedule:${facts.id}:${Math.floor(facts.dueAt / 60_000)}`
  const trigger: Trigger = {
    type: 'schedule',
    repository: schedule.repository,
    ref: { kind: 'branch', name: schedule.branch },
    commit,
    before: null,
    actor,
    event: { name: 'schedule', action: 'schedule', values: {}, schedule: facts },
    receivedAt: now,
    parameters: {},
  }
  const id = pipelineId(derivedId(key, 'pipeline'))
  return { key, event: { type: 'triggered', pipelineId: id, at: now, trigger } }
}

const named = ({ repository, branch, cron, name }: DueSchedule) => ({
  repository: `${repository.owner}/${repository.name}`,
  branch,
  cron,
  workflows: name,
})

const firstRetryMs = 1000
const longestRetryMs = 10 * 60_000

function retryAfter(error: unknown, tries: number): number {
  const said = error instanceof GitHubUnavailable ? error.retryAfterMs : null
  return said ?? Math.min(longestRetryMs, firstRetryMs * 2 ** tries)
}

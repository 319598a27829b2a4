import type { ScheduleRegistration } from '../model/effect.ts'
import type { PlannedSchedule } from '../model/plan.ts'
import type { ScheduleFacts, Trigger } from '../model/trigger.ts'
import type { Draft } from './draft.ts'

/**
 * The config at the head of a branch says when workflows run by themselves on it. Heads are seen by pushes
 * and by the schedules themselves; other events may be about any commit.
 */
export function registerSchedules(draft: Draft, planned: readonly PlannedSchedule[]): void {
  const { repository, ref, type, receivedAt } = draft.pipeline.trigger
  if (ref.kind !== 'branch' || (type !== 'push' && type !== 'schedule')) return
  const schedules = byCron(planned).map(([cron, workflows]) => ({
    cron,
    name: workflows.join(', ').slice(0, nameLength),
  }))
  const place = { repositoryId: repository.id, branch: ref.name, asOf: receivedAt }
  const registration: ScheduleRegistration = { ...place, schedules }
  draft.effect({ type: 'register-schedules', registration })
}

/** In characters; it becomes part of the names of checks. */
const nameLength = 100

/** Workflows of one expression run in one pipeline. */
function byCron(planned: readonly PlannedSchedule[]) {
  const names = new Map<string, Set<string>>()
  for (const { cron, workflow } of planned)
    names.set(cron, (names.get(cron) ?? new Set()).add(workflow))
  return [...names].map(([cron, workflows]) => [cron, [...workflows]] as const)
}

/** What people should know about a schedule that could not keep its times. */
export function lateNotices({ type, event, receivedAt }: Trigger): readonly string[] {
  const { schedule } = event
  if (type !== 'schedule' || schedule === undefined) return []
  const notices = [lateness(schedule, receivedAt), missedTimes(schedule)]
  return notices.filter((notice) => notice !== null)
}

const minuteMs = 60_000
const noticedLateMs = 5 * minuteMs

function lateness({ cron, dueAt }: ScheduleFacts, began: number): string | null {
  const late = began - dueAt
  if (late < noticedLateMs) return null
  const due = new Date(dueAt).toISOString().slice(0, 16).replace('T', ' ')
  return `The schedule ${cron} was due at ${due} UTC and began ${Math.floor(late / minuteMs)} minutes late`
}

function missedTimes({ cron, missed }: ScheduleFacts): string | null {
  if (missed === 0) return null
  const times = missed === 1 ? 'one earlier time' : `${missed} earlier times`
  return `The schedule ${cron} missed ${times}; this run makes up for all of them`
}

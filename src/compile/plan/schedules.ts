import type { PlannedSchedule } from '../../model/plan.ts'
import type { Ref } from '../../model/trigger.ts'
import type { Resolved } from '../resolve/resolve.ts'
import { type Matching, refusedBySchedule } from './filters.ts'

/**
 * When workflows run by themselves on a branch. Whether a workflow is closed by its condition is not
 * asked: that is told at the time, of the schedule's own event.
 */
export const schedulesOn = (
  ref: Ref,
  { workflows }: Resolved,
  matching: Matching,
): readonly PlannedSchedule[] =>
  workflows.flatMap(({ name, schedules }) =>
    (schedules ?? [])
      .filter(({ filters, cron }) => refusedBySchedule(filters, cron.at, ref, matching) === null)
      .map(({ cron }) => ({ workflow: name.value, cron: cronText(cron.value) })),
  )

/** One way of writing for expressions that differ in white space only. */
export const cronText = (text: string): string => text.trim().split(/\s+/).join(' ')

import { endStatuses } from '../../model/status.ts'
import type { BoundJob, BoundRequirement } from '../resolve/jobs/bind.ts'
import type { BoundWorkflow } from '../resolve/resolve.ts'
import type { FiltersConfig, Patterns, RefFilter } from '../shape/filters.ts'
import type { ScheduleConfig } from '../shape/schedule.ts'
import { type Document, unlessNone, type Value, written } from './document.ts'
import type { Names } from './entries.ts'
import { isLock } from './job.ts'

/** `names`: what its jobs are called in the compiled config. */
export const workflowDocument = (
  { maxAutoReruns, schedules, jobs }: BoundWorkflow,
  names: Names,
): Document =>
  written({
    max_auto_reruns: maxAutoReruns || null,
    triggers: schedules?.map(triggerDocument) ?? null,
    jobs: jobs.map((job) => itemDocument(job, names)),
  })

const triggerDocument = ({ cron, filters }: ScheduleConfig): Document => ({
  schedule: written({ cron: cron.value, filters: filters && filtersDocument(filters) }),
})

/** A job in a workflow: only its name where nothing more is to be said. */
function itemDocument(job: BoundJob, names: Names): Value {
  const { type, body, requires, invocation, filters } = job
  // What a job group locks is the key of the job that is written for it.
  const hasKey = body === null && isLock(type)
  const name = nameOf(job.name, names)
  const keys = written({
    type: type === 'approval' ? type : null,
    requires: unlessNone(requires.flatMap((one) => requirementDocuments(one, names))),
    context: unlessNone(invocation.contexts),
    'serial-group': hasKey ? null : invocation.serialGroup,
    filters: filters && filtersDocument(filters),
  })
  return Object.keys(keys).length === 0 ? name : { [name]: keys }
}

const nameOf = (name: string, names: Names): string => names.get(name) ?? name

function requirementDocuments(
  { job: required, statuses }: BoundRequirement,
  names: Names,
): readonly Value[] {
  const job = nameOf(required, names)
  if (statuses.length === 1 && statuses[0] === 'success') return [job]
  if (statuses.length === endStatuses.length) return [{ [job]: 'terminal' }]
  // What can never be met is written as two conditions of which each rules out the other.
  if (statuses.length === 0) return [{ [job]: ['success'] }, { [job]: ['failed'] }]
  return [{ [job]: statuses }]
}

/** Everything: what an expression lets through, whatever the branch or tag. */
const everything = { only: ['/.*/'] }

function filtersDocument(filters: FiltersConfig): Document {
  if (filters.kind === 'expression')
    return filters.verdict === true
      ? { branches: everything, tags: everything }
      : { branches: { ignore: ['/.*/'] } }
  const { branches, tags } = filters
  return written({
    branches: branches && refDocument(branches),
    tags: tags && refDocument(tags),
  })
}

const refDocument = ({ only, ignore }: RefFilter): Document =>
  written({ only: only && patternsOf(only), ignore: ignore && patternsOf(ignore) })

const patternsOf = ({ items }: Patterns): readonly string[] => items.map(({ value }) => value)

import type { TriggerFacts } from '../facts.ts'
import type { Place } from '../read/located.ts'
import type { BoundJob } from '../resolve/jobs/bind.ts'
import type { BoundWorkflow, Resolved } from '../resolve/resolve.ts'
import { type Matching, type Refusal, refusal, refusedBySchedule } from './filters.ts'
import { pruned } from './prune.ts'
import { cronText } from './schedules.ts'

/** A workflow and what an event makes of it. */
export interface Selection {
  readonly workflow: BoundWorkflow
  readonly selected: boolean
  readonly because: string
  /** The line to blame when it is not selected. */
  readonly at: Place
  /** The jobs that run, requiring only jobs that run. */
  readonly jobs: readonly BoundJob[]
  readonly refused: readonly (Refusal & { readonly name: string })[]
}

/** Which workflows and jobs an event starts, and why the others do not run. */
export const select = (
  resolved: Resolved,
  facts: TriggerFacts,
  matching: Matching,
): readonly Selection[] =>
  resolved.workflows.map((workflow) => selectWorkflow(workflow, facts, matching))

function selectWorkflow(
  workflow: BoundWorkflow,
  facts: TriggerFacts,
  matching: Matching,
): Selection {
  const closed = closedTo(workflow, facts, matching)
  if (closed !== null) return { workflow, selected: false, ...closed, jobs: [], refused: [] }
  const refusals = refusalsOf(workflow.jobs, facts, matching)
  const jobs = workflow.jobs
    .filter(({ name }) => !refusals.has(name))
    .map((job) => withoutRefused(job, refusals, matching))
  const refused = workflow.jobs.flatMap(({ name }) => {
    const why = refusals.get(name)
    return why === undefined ? [] : [{ ...why, name }]
  })
  const selected = jobs.length > 0
  const because = selected ? `${occasion(facts)} starts it` : nothingRuns(refused)
  return { workflow, selected, because, at: refused[0]?.at ?? workflow.name.at, jobs, refused }
}

interface Closed {
  readonly because: string
  readonly at: Place
}

/** What keeps the whole workflow from running; null when nothing does. */
function closedTo(workflow: BoundWorkflow, facts: TriggerFacts, matching: Matching): Closed | null {
  const { gate, name } = workflow
  if (gate.open === false) return { because: gate.because, at: gate.at ?? name.at }
  if (gate.open === 'unknown')
    return { because: `it cannot be told: ${gate.because}`, at: gate.at ?? name.at }
  return offSchedule(workflow, facts, matching)
}

/** A workflow with `triggers` runs on its schedules and on nothing else, and only on their branches. */
function offSchedule(
  { schedules, name }: BoundWorkflow,
  { event, ref }: TriggerFacts,
  matching: Matching,
): Closed | null {
  if (schedules === null)
    return event.name === 'schedule' ? { because: 'it has no schedule', at: name.at } : null
  if (event.name !== 'schedule') return { because: 'it runs on its schedule only', at: name.at }
  const due = event.schedule?.cron
  const meant = schedules.filter(({ cron }) => due === undefined || cronText(cron.value) === due)
  const refusals = meant.map(({ filters, cron }) =>
    refusedBySchedule(filters, cron.at, ref, matching),
  )
  const none = `it has no schedule${due === undefined ? '' : ` ${due}`}`
  return refusals.includes(null) ? null : (refusals[0] ?? { because: none, at: name.at })
}

function refusalsOf(jobs: readonly BoundJob[], facts: TriggerFacts, matching: Matching) {
  const own = jobs.flatMap((job) => {
    const why = refusal(job, facts.ref, matching)
    return why === null ? [] : [[job.name, why] as const]
  })
  return pruned(jobs, new Map(own))
}

function withoutRefused(
  job: BoundJob,
  refusals: ReadonlyMap<string, Refusal>,
  { report }: Matching,
): BoundJob {
  const requires = job.requires.filter((requirement) => {
    const why = refusals.get(requirement.job)
    if (why === undefined) return true
    const message = `${job.name} does not wait for ${requirement.job}, which is not selected: ${why.because}`
    report('requirement-filtered', requirement.at, message)
    return false
  })
  return requires.length === job.requires.length ? job : { ...job, requires }
}

const eventNames = {
  push: 'a push to',
  pull_request: 'a pull request to',
  schedule: 'a schedule of',
  api: 'an API call to',
} as const

const occasion = ({ event, ref }: TriggerFacts): string =>
  event.schedule === undefined
    ? `${eventNames[event.name]} ${ref.kind} ${ref.name}`
    : `the schedule ${event.schedule.cron} of ${ref.kind} ${ref.name}`

function nothingRuns(refused: Selection['refused']): string {
  const [first, ...others] = refused
  if (first === undefined) return 'it has no jobs'
  const reason = `${first.name}: ${first.because}`
  return others.length === 0 ? reason : `none of its ${refused.length} jobs is selected; ${reason}`
}

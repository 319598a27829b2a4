import type {
  JobBody,
  JobType,
  NotSelected,
  Plan,
  PlannedJob,
  PlannedWorkflow,
} from '../../model/plan.ts'
import type { Step } from '../../model/step.ts'
import type { Scalar } from '../../model/trigger.ts'
import type { Locate } from '../explain.ts'
import type { Node, Place } from '../read/located.ts'
import { integerOf, isTrue } from '../read/scalar.ts'
import type { BoundJob } from '../resolve/jobs/bind.ts'
import { type Combination, canonical } from '../resolve/jobs/matrix.ts'
import type { JobConfig } from '../shape/job.ts'
import type { StepConfig } from '../shape/step-frame.ts'
import type { Selection } from './select.ts'

/** Pass 5, the end: what was selected, as plain data. Schedules and findings are added by the caller. */
export function planOf(
  selections: readonly Selection[],
  origin: Pick<Plan, 'source' | 'setup' | 'orbs'>,
  locate: Locate,
): Omit<Plan, 'schedules' | 'diagnostics'> {
  const started = selections.filter(({ selected }) => selected)
  const others = selections.filter(({ selected }) => !selected)
  return {
    version: 1,
    ...origin,
    workflows: started.map((selection) => workflowOf(selection, locate)),
    notSelected: others.map((selection) => closedWorkflow(selection, locate)),
  }
}

export const refusedJobs = ({ refused }: Selection, locate: Locate): readonly NotSelected[] =>
  refused.map(({ name, because, at }) => ({ name, because, where: locate(at.span) }))

function closedWorkflow(selection: Selection, locate: Locate): NotSelected {
  const { workflow, because, at } = selection
  return { name: workflow.name.value, because, where: locate(at.span) }
}

export function workflowOf(selection: Selection, locate: Locate): PlannedWorkflow {
  const { workflow, because, jobs } = selection
  return {
    name: workflow.name.value,
    because,
    where: locate(workflow.name.at.span),
    jobs: jobs.map((job) => jobOf(job, locate)),
    notSelected: refusedJobs(selection, locate),
    maxAutoReruns: workflow.maxAutoReruns,
  }
}

function jobOf(job: BoundJob, locate: Locate): PlannedJob {
  const { name, invocation, body, requires, at, matrix } = job
  const type = plannedType(job)
  return {
    name,
    job: invocation.job.value,
    type,
    requires: requires.map(({ job: required, statuses }) => ({ job: required, statuses })),
    contexts: invocation.contexts,
    matrix: matrix && matrixOf(matrix),
    parallelism: type === 'build' ? (body?.parallelism?.value ?? 1) : 1,
    serialGroup: invocation.serialGroup ?? lockedBy(job),
    where: locate(at.span),
    body: type === 'build' ? bodyOf(body, at, locate) : null,
  }
}

/** Locks and unlocks that stand in `jobs` name their group with `key`. */
const lockedBy = ({ type, body }: BoundJob): string | null =>
  type === 'lock' || type === 'unlock' ? (body?.key ?? null) : null

/** A job of an orb that is not at hand has no body; only people who ask what would run see it. */
const plannedType = ({ type }: BoundJob): JobType =>
  type === 'orb' || type === 'unknown' ? 'build' : type

const matrixOf = (combination: Combination): PlannedJob['matrix'] =>
  Object.fromEntries([...combination].map(([name, node]) => [name, scalarOf(node)]))

function scalarOf(node: Node): Scalar {
  if (node.kind !== 'scalar') return canonical(node)
  if (node.type === 'boolean') return isTrue(node.text)
  return node.type === 'integer' ? integerOf(node.text) : node.text
}

/** CircleCI's default for jobs that name no directory. */
const defaultDirectory = '~/project'

function bodyOf(job: JobConfig | null, call: Place, locate: Locate): JobBody | null {
  const runsIn = job?.executors[0]
  // Only a rejected config has a build job without these.
  if (job === null || runsIn === undefined) return null
  return {
    runsIn: runsIn.value,
    workingDirectory: job.workingDirectory ?? defaultDirectory,
    environment: job.environment,
    shell: job.shell,
    resourceClass: job.resourceClass,
    cacheRetentionDays: job.cacheRetentionDays,
    steps: job.steps?.value.map((step) => stepOf(step, call, locate)) ?? [],
  }
}

/** A step that was written in an orb stands, for the config, where the job is called. */
function stepOf({ place, ...step }: StepConfig, call: Place, locate: Locate): Step {
  const own = (place.span.origin?.text ?? null) === null
  return { ...step, where: locate(own ? place.span : call.span) }
}

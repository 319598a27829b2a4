import type { JobBody, NotSelected, Plan, PlannedJob, PlannedWorkflow } from '../../model/plan.ts'
import type { Step } from '../../model/step.ts'
import type { Locate } from '../explain.ts'
import type { BoundJob } from '../resolve/bind.ts'
import type { JobConfig } from '../shape/job.ts'
import type { StepConfig } from '../shape/step-frame.ts'
import type { Selection } from './select.ts'

/** Pass 5, the end: what was selected, as plain data. Findings are added by the caller. */
export function planOf(
  selections: readonly Selection[],
  source: Plan['source'],
  locate: Locate,
): Omit<Plan, 'diagnostics'> {
  const started = selections.filter(({ selected }) => selected)
  const others = selections.filter(({ selected }) => !selected)
  return {
    version: 1,
    source,
    workflows: started.map((selection) => workflowOf(selection, locate)),
    notSelected: others.map((selection) => closedWorkflow(selection, locate)),
  }
}

export const refusedJobs = ({ refused }: Selection, locate: Locate): readonly NotSelected[] =>
  refused.map(({ name, because, at }) => ({ name, because, where: locate(at.span) }))

/** The line to blame is the one that refused the first job, where there is one. */
function closedWorkflow(selection: Selection, locate: Locate): NotSelected {
  const { workflow, because, refused } = selection
  const at = refused[0]?.at ?? workflow.name.at
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
  }
}

function jobOf(job: BoundJob, locate: Locate): PlannedJob {
  const { name, type, invocation, definition, requires, at } = job
  return {
    name,
    job: invocation.job.value,
    type,
    requires: requires.map(({ job: required, statuses }) => ({ job: required, statuses })),
    contexts: invocation.contexts,
    matrix: null,
    parallelism: type === 'build' ? (definition?.parallelism?.value ?? 1) : 1,
    where: locate(at.span),
    body: type === 'build' ? bodyOf(definition, locate) : null,
  }
}

/** CircleCI's default for jobs that name no directory. */
const defaultDirectory = '~/project'

function bodyOf(job: JobConfig | null, locate: Locate): JobBody | null {
  const runsIn = job?.executors[0]
  // Only a rejected config has a build job without these.
  if (job === null || runsIn === undefined) return null
  return {
    runsIn: runsIn.value,
    workingDirectory: job.workingDirectory ?? defaultDirectory,
    environment: job.environment,
    shell: job.shell,
    resourceClass: job.resourceClass,
    steps: job.steps?.value.map((step) => stepOf(step, locate)) ?? [],
  }
}

function stepOf({ place, ...step }: StepConfig, locate: Locate): Step {
  return { ...step, where: locate(place.span) }
}

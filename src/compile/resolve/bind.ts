import type { JobType } from '../../model/plan.ts'
import type { EndStatus } from '../../model/run.ts'
import type { Place } from '../read/located.ts'
import { quoted } from '../read/quoted.ts'
import { didYouMean, listed } from '../read/suggest.ts'
import type { Report } from '../report.ts'
import type { Config } from '../shape/config.ts'
import type { Invocation } from '../shape/invocation.ts'
import type { JobConfig } from '../shape/job.ts'
import type { RequirementConfig } from '../shape/requires.ts'
import type { WorkflowConfig } from '../shape/workflow.ts'
import { uniqueNames } from './names.ts'

/** A job in a workflow, with the job it runs and the jobs it waits for. */
export interface BoundJob {
  /** Unique in its workflow. */
  readonly name: string
  readonly at: Place
  readonly type: JobType
  readonly invocation: Invocation
  /** Null: an approval, which needs no definition, or a name that stands for nothing. */
  readonly definition: JobConfig | null
  readonly requires: readonly BoundRequirement[]
}

export interface BoundRequirement {
  /** The unique name of another job of the workflow. */
  readonly job: string
  readonly statuses: readonly EndStatus[]
  readonly at: Place
}

/** The name that an invocation asks for: others may ask for the same. */
const wantedName = ({ name, job }: Invocation): string => name?.value ?? job.value

export function bind(
  workflow: WorkflowConfig,
  config: Config,
  report: Report,
): readonly BoundJob[] {
  const names = uniqueNames(workflow.jobs.map(wantedName))
  const byWanted = Map.groupBy(workflow.jobs.keys(), (index) => {
    const invocation = workflow.jobs[index]
    return invocation === undefined ? '' : wantedName(invocation)
  })
  const incomplete = config.incomplete || workflow.jobs.some((job) => job.incomplete)
  const scope = { workflow: workflow.name.value, names, byWanted, incomplete, report }
  return workflow.jobs.map((invocation, index) => {
    const definition = config.jobs.get(invocation.job.value) ?? null
    return {
      name: names[index] ?? wantedName(invocation),
      at: invocation.job.at,
      type: invocation.approval ? 'approval' : (definition?.type ?? 'build'),
      invocation,
      definition,
      requires: merged(
        invocation.requires.flatMap((one) => bound(one, index, scope)),
        report,
      ),
    }
  })
}

interface Scope {
  readonly workflow: string
  /** Unique names, one an invocation. */
  readonly names: readonly string[]
  /** Invocations by the name they asked for. */
  readonly byWanted: ReadonlyMap<string, readonly number[]>
  /** Some names are not known, so that none can be called unknown. */
  readonly incomplete: boolean
  readonly report: Report
}

/**
 * CircleCI's rule: a required name must stand for exactly one other job of the workflow, by the name
 * that was written, before numbers were put behind equal names.
 */
function bound(wanted: RequirementConfig, self: number, scope: Scope): readonly BoundRequirement[] {
  const { value: name, at } = wanted.job
  const all = scope.byWanted.get(name) ?? []
  const others = all.filter((index) => index !== self)
  const target = scope.names[others[0] ?? self]
  if (others.length === 1 || (others.length === 0 && all.length === 1))
    return target === undefined ? [] : [{ job: target, statuses: wanted.statuses, at }]
  if (others.length === 0) reportUnknown(name, at, self, scope)
  else reportAmbiguous(name, at, others.length, scope)
  return []
}

function reportUnknown(name: string, at: Place, self: number, scope: Scope): void {
  if (scope.incomplete) return
  const message = `${quoted(scope.names[self] ?? '')} requires ${quoted(name)}, which is not a job of the workflow ${quoted(scope.workflow)}`
  const known = scope.byWanted
  const hint = () => didYouMean(name, known.keys(), `Jobs there: ${listed(known.keys())}.`)()
  scope.report('unknown-requirement', at, message, hint)
}

function reportAmbiguous(name: string, at: Place, count: number, scope: Scope): void {
  const message = `${quoted(name)} is the name of ${count} other jobs in the workflow ${quoted(scope.workflow)}`
  scope.report('ambiguous-requirement', at, message, 'Give each a `name:` of its own.')
}

/** The same job required twice: it must end in a way that both allow. */
function merged(all: readonly BoundRequirement[], report: Report): readonly BoundRequirement[] {
  const byJob = new Map<string, BoundRequirement>()
  for (const one of all) {
    const first = byJob.get(one.job)
    if (first !== undefined) reportRepeated(one, report)
    const statuses = one.statuses.filter((status) => first?.statuses.includes(status) ?? true)
    byJob.set(one.job, { ...one, statuses })
  }
  return [...byJob.values()]
}

function reportRepeated({ job, at }: BoundRequirement, report: Report): void {
  const hint =
    'It must end in a way that both allow; name it once, with all statuses that you mean.'
  report('repeated-requirement', at, `${quoted(job)} is required twice`, hint)
}

import type { EndStatus } from '../../../model/run.ts'
import type { Place } from '../../read/located.ts'
import { quoted } from '../../read/quoted.ts'
import { didYouMean, listed } from '../../read/suggest.ts'
import type { Report } from '../../report.ts'
import type { RequirementConfig } from '../../shape/requires.ts'
import type { Group, Instance } from './instance.ts'

/** A job in a workflow, with its name and the jobs it waits for. */
export interface BoundJob extends Instance {
  /** Unique in its workflow. */
  readonly name: string
  readonly requires: readonly BoundRequirement[]
}

export interface BoundRequirement {
  /** The unique name of another job of the workflow. */
  readonly job: string
  readonly statuses: readonly EndStatus[]
  readonly at: Place
}

/** Jobs of one workflow and their final names, in the same order. */
interface Jobs {
  readonly workflow: string
  readonly instances: readonly Instance[]
  readonly names: readonly string[]
  /** Some names cannot be told, so that none can be called unknown. */
  readonly incomplete: boolean
}

/** Requirements → the jobs they mean. Those that mean none, or several, are reported and left out. */
export function bind(jobs: Jobs, report: Report): readonly BoundJob[] {
  const index = indexOf(jobs.instances)
  const binding = { ...jobs, index, report }
  return jobs.instances.map((instance, self) => ({
    ...instance,
    name: jobs.names[self] ?? instance.wanted,
    requires: merged(
      instance.invocation.requires.flatMap((one) => bound(one, self, binding)),
      report,
    ),
  }))
}

/** What a name can mean in a group, or outside of all: single jobs, and all jobs of a matrix. */
interface Meanings {
  readonly single: number[]
  readonly sets: Map<unknown, number[]>
}
type Index = ReadonlyMap<Group | null, ReadonlyMap<string, Meanings>>

interface Binding extends Jobs {
  readonly index: Index
  readonly report: Report
}

function indexOf(instances: readonly Instance[]): Index {
  const index = new Map<Group | null, Map<string, Meanings>>()
  const meaningsOf = (group: Group | null, name: string): Meanings => {
    const names = index.get(group) ?? new Map<string, Meanings>()
    index.set(group, names)
    const meanings = names.get(name) ?? { single: [], sets: new Map() }
    names.set(name, meanings)
    return meanings
  }
  for (const [place, { wanted, alias, at, visibleIn }] of instances.entries()) {
    meaningsOf(visibleIn, wanted).single.push(place)
    if (alias === null) continue
    // All jobs of one matrix stand at one place of the config.
    const { sets } = meaningsOf(visibleIn, alias)
    sets.set(at, [...(sets.get(at) ?? []), place])
  }
  return index
}

/**
 * CircleCI's rule: a required name must stand for exactly one other job of the workflow, by the name
 * that was written, before numbers were put behind equal names; the alias of a matrix for all its jobs.
 */
function bound(
  wanted: RequirementConfig,
  self: number,
  binding: Binding,
): readonly BoundRequirement[] {
  const { value: name, at } = wanted.job
  const meanings = namesIn(binding, self)?.get(name)
  const sets = [...(meanings?.sets.values() ?? [])].filter((set) => !set.includes(self))
  const single = meanings?.single.filter((place) => place !== self && !isOneOf(sets, place)) ?? []
  const candidates = [...single.map((place) => [place]), ...sets]
  const [only] = candidates
  if (only === undefined) return itself(meanings, wanted, self, binding)
  if (candidates.length > 1) {
    reportAmbiguous(wanted, candidates.length, self, binding)
    return []
  }
  return only.map((place) => ({ job: nameOf(binding, place), statuses: wanted.statuses, at }))
}

/** A matrix whose jobs all ask for its alias is meant as a whole. */
const isOneOf = (sets: readonly (readonly number[])[], place: number): boolean =>
  sets.some((set) => set.includes(place))

const nameOf = ({ names }: Binding, place: number): string => names[place] ?? ''

const namesIn = ({ index, instances }: Binding, self: number) =>
  index.get(instances[self]?.inside ?? null)

/** A job that requires its own name requires itself, which a rule reports as a circle. */
function itself(
  meanings: Meanings | undefined,
  wanted: RequirementConfig,
  self: number,
  binding: Binding,
): readonly BoundRequirement[] {
  const { statuses, job } = wanted
  if (meanings !== undefined) return [{ job: nameOf(binding, self), statuses, at: job.at }]
  reportUnknown(job.value, job.at, self, binding)
  return []
}

function reportUnknown(name: string, at: Place, self: number, binding: Binding): void {
  if (binding.incomplete) return
  const known = new Map(namesIn(binding, self))
  known.delete(binding.instances[self]?.wanted ?? '')
  const message = `job ${quoted(nameOf(binding, self))} requires ${quoted(name)}, which is the name of 0 other jobs in workflow ${quoted(binding.workflow)}`
  const hint = () => didYouMean(name, known.keys(), hidden(name, known, binding))()
  binding.report('unknown-requirement', at, message, hint)
}

function hidden(
  name: string,
  known: ReadonlyMap<string, Meanings>,
  { instances }: Binding,
): string {
  const inGroup = instances.find(({ wanted, visibleIn }) => wanted === name && visibleIn !== null)
  if (inGroup?.visibleIn != null)
    return `It is a job of the group ${inGroup.visibleIn.name}: require the group as a whole.`
  return `Jobs there: ${listed(known.keys())}.`
}

function reportAmbiguous(
  { job: { value: name, at } }: RequirementConfig,
  count: number,
  self: number,
  binding: Binding,
): void {
  const message = `job ${quoted(nameOf(binding, self))} requires ${quoted(name)}, which is the name of ${count} other jobs in workflow ${quoted(binding.workflow)}`
  binding.report('ambiguous-requirement', at, message, 'Give each a `name:` of its own.')
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

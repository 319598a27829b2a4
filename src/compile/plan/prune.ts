import type { BoundJob, BoundRequirement } from '../resolve/jobs/bind.ts'
import type { Refusal } from './filters.ts'

/**
 * What CircleCI does with jobs whose requirements were filtered out: a requirement that does not run is
 * forgotten; a job of which every requirement is forgotten does not run either, and so on downstream.
 * Takes the refusals of the jobs' own filters and gives all of them. Works on cycles too.
 */
export function pruned(
  jobs: readonly BoundJob[],
  own: ReadonlyMap<string, Refusal>,
): ReadonlyMap<string, Refusal> {
  const refused = new Map(own)
  const left = new Map(jobs.map((job) => [job.name, job.requires.length]))
  const dependents = dependentsOf(jobs)
  const queue = [...own.keys()]
  for (let name = queue.pop(); name !== undefined; name = queue.pop())
    for (const { job, requirement } of dependents.get(name) ?? []) {
      const count = (left.get(job.name) ?? 0) - 1
      left.set(job.name, count)
      if (count > 0 || refused.has(job.name)) continue
      refused.set(job.name, { because: nothingLeft(job), at: requirement.at })
      queue.push(job.name)
    }
  return refused
}

interface Dependent {
  readonly job: BoundJob
  readonly requirement: BoundRequirement
}

function dependentsOf(jobs: readonly BoundJob[]): ReadonlyMap<string, readonly Dependent[]> {
  const links = jobs.flatMap((job) => job.requires.map((requirement) => ({ job, requirement })))
  return Map.groupBy(links, ({ requirement }) => requirement.job)
}

function nothingLeft({ requires }: BoundJob): string {
  const names = requires.map(({ job }) => job)
  return names.length === 1
    ? `it requires ${names[0]}, which is not selected`
    : `it requires ${names.join(', ')}, none of which is selected`
}

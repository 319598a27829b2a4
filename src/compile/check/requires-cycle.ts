import type { BoundJob, BoundRequirement } from '../resolve/bind.ts'
import type { Rule } from './rule.ts'

/** Jobs must not wait for each other in a circle; the message names the whole circle (V14). */
export const requiresCycle: Rule = ({ workflows }, { report }) => {
  for (const { jobs } of workflows)
    for (const cycle of cyclesOf(jobs)) {
      const [first] = cycle
      if (first === undefined) continue
      const names = [...cycle.map(({ from }) => from), first.from]
      const message =
        cycle.length === 1
          ? `${first.from} requires itself`
          : `jobs wait for each other: ${names.join(' requires ')}`
      report('requires-cycle', first.requirement.at, message, 'Remove one of these requirements.')
    }
}

interface Link {
  readonly from: string
  readonly requirement: BoundRequirement
}

/**
 * One cycle for each knot of the graph. Jobs that require nothing (any more) are taken away until only
 * jobs on or behind cycles are left; from any of those, following requirements must run into a cycle.
 */
function cyclesOf(jobs: readonly BoundJob[]): readonly (readonly Link[])[] {
  const open = openJobs(jobs)
  const cycles: (readonly Link[])[] = []
  const done = new Set<string>()
  for (const start of open.keys()) {
    const path = walk(start, open, done)
    for (const { from } of path.links) done.add(from)
    if (path.cycleFrom !== null) cycles.push(path.links.slice(path.cycleFrom))
  }
  return cycles
}

/** The jobs that can never start because a cycle is among what they require, each with one such link. */
function openJobs(jobs: readonly BoundJob[]): ReadonlyMap<string, Link> {
  const waiting = new Map(jobs.map((job) => [job.name, job.requires.length]))
  const dependents = Map.groupBy(
    jobs.flatMap((job) => job.requires.map((requirement) => ({ from: job.name, requirement }))),
    ({ requirement }) => requirement.job,
  )
  const free = jobs.filter((job) => job.requires.length === 0).map((job) => job.name)
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    waiting.delete(name)
    for (const { from } of dependents.get(name) ?? []) {
      const left = (waiting.get(from) ?? 0) - 1
      waiting.set(from, left)
      if (left === 0) free.push(from)
    }
  }
  const links = jobs
    .filter((job) => waiting.has(job.name))
    .flatMap((job) => {
      const requirement = job.requires.find((one) => waiting.has(one.job))
      return requirement ? [[job.name, { from: job.name, requirement }] as const] : []
    })
  return new Map(links)
}

function walk(start: string, open: ReadonlyMap<string, Link>, done: ReadonlySet<string>) {
  const links: Link[] = []
  const places = new Map<string, number>()
  for (let name = start; !done.has(name); ) {
    const seen = places.get(name)
    if (seen !== undefined) return { links, cycleFrom: seen }
    const link = open.get(name)
    if (link === undefined) break
    places.set(name, links.length)
    links.push(link)
    name = link.requirement.job
  }
  return { links, cycleFrom: null }
}

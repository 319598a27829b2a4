import type { BoundJob, BoundRequirement } from '../resolve/jobs/bind.ts'
import { knotsOf } from './knots.ts'
import type { Rule } from './rule.ts'

/** Jobs must not wait for each other in a circle; the message names the whole circle (V14). */
export const requiresCycle: Rule = ({ workflows }, { report }) => {
  for (const { jobs } of workflows)
    for (const [first, ...others] of cyclesOf(jobs)) {
      if (first === undefined) continue
      const names = [first.from, ...others.map(({ from }) => from), first.from]
      const message =
        others.length === 0
          ? `${first.from} requires itself`
          : `jobs wait for each other: ${names.join(' requires ')}`
      report('requires-cycle', first.requirement.at, message, 'Remove one of these requirements.')
    }
}

interface Link {
  readonly from: string
  readonly requirement: BoundRequirement
}

/** One cycle for each knot of the graph, beginning with the job that stands first. */
function cyclesOf(jobs: readonly BoundJob[]): readonly (readonly Link[])[] {
  const edges = jobs.map(({ name, requires }) => [name, requires.map(({ job }) => job)] as const)
  const byName = new Map(jobs.map((job) => [job.name, job]))
  return knotsOf(new Map(edges)).map((knot) => cycleIn(new Set(knot), byName))
}

/** Inside a knot every job requires one of the knot, so that following those must come round. */
function cycleIn(
  knot: ReadonlySet<string>,
  byName: ReadonlyMap<string, BoundJob>,
): readonly Link[] {
  const links: Link[] = []
  const places = new Map<string, number>()
  let name = byName.keys().find((key) => knot.has(key))
  while (name !== undefined && !places.has(name)) {
    places.set(name, links.length)
    const requirement = byName.get(name)?.requires.find(({ job }) => knot.has(job))
    if (requirement === undefined) break
    links.push({ from: name, requirement })
    name = requirement.job
  }
  return links.slice(places.get(name ?? '') ?? 0)
}

import type { BoundJob } from '../resolve/jobs/bind.ts'
import type { Document } from './document.ts'
import { jobDocument } from './job.ts'

/** The section `jobs`, and for every workflow what its jobs are called there. */
export interface Entries {
  readonly jobs: Document
  readonly names: readonly Names[]
}

/** Names in a workflow → keys under `jobs`. */
export type Names = ReadonlyMap<string, string>

/**
 * Jobs of several workflows that have a name in common share its entry when they do the same; else each
 * different one gets a number, as CircleCI numbers them. Approvals keep their names: they need no entry.
 */
export function entriesOf(workflows: readonly (readonly BoundJob[])[]): Entries {
  const all = workflows.flat()
  const keys = keysOf(all)
  const keyOf = (job: BoundJob): string => keys.get(job.name)?.get(textOf(job)) ?? job.name
  const jobs = all.flatMap((job) => {
    const document = jobDocument(job)
    return document === null ? [] : [[keyOf(job), document] as const]
  })
  const names = workflows.map((some) => new Map(some.map((job) => [job.name, keyOf(job)])))
  return { jobs: new Map(jobs), names }
}

/** Equal for jobs that do the same. */
const textOf = (job: BoundJob): string => JSON.stringify(jobDocument(job))

/** By name and by body. */
type Keys = ReadonlyMap<string, ReadonlyMap<string, string>>

function keysOf(jobs: readonly BoundJob[]): Keys {
  const taken = new Set(jobs.map(({ name }) => name))
  const bodies = Map.groupBy(jobs, ({ name }) => name)
  return new Map([...bodies].map(([name, all]) => [name, numbered(name, distinct(all), taken)]))
}

const distinct = (jobs: readonly BoundJob[]): readonly string[] => [...new Set(jobs.map(textOf))]

function numbered(name: string, bodies: readonly string[], taken: Set<string>) {
  if (bodies.length === 1) return new Map<string, string>()
  let number = 0
  return new Map(
    bodies.map((body) => {
      do number += 1
      while (taken.has(`${name}-${number}`))
      taken.add(`${name}-${number}`)
      return [body, `${name}-${number}`]
    }),
  )
}

import type { GraphJob, GraphWorkflow } from './workflow.ts'

export interface Named {
  readonly id: string
  readonly job: GraphJob
}

/** An arrow of the picture: `to` waits for `from`. */
export interface Arrow {
  readonly from: string
  readonly to: string
  readonly requirement: GraphJob['requires'][number]
}

/**
 * Jobs with ids that any format can hold, whatever they are called, and the arrows between them. What is
 * required and not drawn has no arrow.
 */
export function identified({ jobs }: GraphWorkflow, index: number) {
  const named: readonly Named[] = jobs.map((job, at) => ({ id: `w${index}j${at}`, job }))
  const ids = new Map(named.map(({ id, job }) => [job.name, id]))
  const arrows: readonly Arrow[] = named.flatMap(({ id: to, job }) =>
    job.requires.flatMap((requirement) => {
      const from = ids.get(requirement.job)
      return from === undefined ? [] : [{ from, to, requirement }]
    }),
  )
  return { named, arrows }
}

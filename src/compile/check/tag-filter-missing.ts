import type { BoundJob } from '../resolve/jobs/bind.ts'
import type { Rule } from './rule.ts'

/**
 * V32: jobs without a tag filter do not run on tags, so a job with one that requires them does not
 * wait for them there, or does not run at all.
 */
export const tagFilterMissing: Rule = ({ workflows }, { report }) => {
  for (const { jobs } of workflows) {
    const byName = new Map(jobs.map((job) => [job.name, job]))
    for (const job of jobs.filter(hasTagFilter)) {
      const without = job.requires.filter(({ job: name }) => !runsOnTags(byName.get(name)))
      const consequence =
        without.length === job.requires.length
          ? 'does not run on tags'
          : 'does not wait for it on tags'
      for (const { job: name, at } of without) {
        const message = `${job.name} ${consequence}, because ${name} has no tag filter`
        report('tag-filter-missing', at, message, `Give ${name} the same \`filters.tags\`.`)
      }
    }
  }
}

/** What an expression lets through cannot be told for tags in general. */
const runsOnTags = (job: BoundJob | undefined): boolean =>
  job?.filters?.kind === 'expression' || job?.filters?.tags != null

const hasTagFilter = ({ filters }: BoundJob): boolean =>
  filters?.kind === 'refs' && filters.tags !== null

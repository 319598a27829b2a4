import type { Rule } from './rule.ts'

/** CircleCI compares the names of jobs without regard to case (V16). */
export const duplicateJob: Rule = ({ config }, { report }) => {
  const seen = new Map<string, string>()
  for (const [name, job] of config.jobs) {
    const first = seen.get(name.toLowerCase())
    if (first === undefined) seen.set(name.toLowerCase(), name)
    else
      report(
        'duplicate-job',
        job.name.at,
        `the jobs ${first} and ${name} differ only in case`,
        'Rename one.',
      )
  }
}

import type { Located } from '../read/located.ts'
import type { Rule } from './rule.ts'

/** CircleCI compares the names of jobs without regard to case (V16); a group's name is a job's, too. */
export const duplicateJob: Rule = ({ config: { elements } }, { report }) => {
  const seen = new Map<string, Located<string>>()
  for (const { name } of [...elements.jobs.values(), ...elements.groups.values()]) {
    const key = name.value.toLowerCase()
    const first = seen.get(key)
    seen.set(key, first ?? name)
    if (first === undefined) continue
    const message =
      first.value === name.value
        ? `${name.value} is the name of a job and of a job group`
        : `the jobs ${first.value} and ${name.value} differ only in case`
    for (const { at } of [first, name]) report('duplicate-job', at, message, 'Rename one.')
  }
}

import type { BoundJob } from '../resolve/jobs/bind.ts'
import type { Rule } from './rule.ts'

/** CircleCI's limit on the distinct contexts of one config (V52). */
const mostContexts = 100

export const contexts: Rule = ({ workflows }, { report }) => {
  const seen = new Set<string>()
  let first: BoundJob | null = null
  for (const job of workflows.flatMap(({ jobs }) => jobs)) {
    for (const name of job.invocation.contexts) seen.add(name)
    if (seen.size > mostContexts) first ??= job
  }
  if (first === null) return
  const message = `the config names ${seen.size} contexts; ${mostContexts} are possible`
  report('too-many-contexts', first.at, message, 'Put secrets that go together into one context.')
}

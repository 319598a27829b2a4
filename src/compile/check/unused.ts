import type { Resolved } from '../resolve/resolve.ts'
import type { Rule } from './rule.ts'

/** V12: a job that no workflow runs, a command or executor that no job uses, an orb that nothing uses. */
export const unused: Rule = (resolved, { report }) => {
  const { config, unused: rest, imports } = resolved
  if (config.workflows !== null) {
    const used = usedJobs(resolved)
    for (const [name, job] of config.elements.jobs)
      if (!used.has(name)) report('unused-job', job.name.at, `no workflow runs the job ${name}`)
  }
  for (const { kind, name } of [...rest.commands, ...rest.executors])
    report('unused-element', name.at, `nothing uses the ${kind} ${name.value}`)
  for (const alias of rest.orbs) {
    const at = imports.places.get(alias)
    if (at !== undefined) report('unused-element', at, `nothing uses the orb ${alias}`)
  }
}

const usedJobs = ({ workflows }: Resolved): ReadonlySet<string> =>
  new Set(workflows.flatMap(({ jobs }) => jobs.map(({ invocation }) => invocation.job.value)))

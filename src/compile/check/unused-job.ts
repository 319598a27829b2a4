import type { Rule } from './rule.ts'

/** V12: a job that no workflow runs. */
export const unusedJob: Rule = ({ config, workflows }, { report }) => {
  if (config.workflows === null) return
  const used = new Set(
    workflows.flatMap(({ jobs }) => jobs.map(({ invocation }) => invocation.job.value)),
  )
  for (const [name, job] of config.jobs)
    if (!used.has(name)) report('unused-job', job.name.at, `no workflow runs the job ${name}`)
}

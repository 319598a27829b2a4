import type { GraphJob, GraphWorkflow } from './workflow.ts'

/**
 * A list of workflows, for programs: `name`, and `jobs` with `name`, `type`, `parallelism`, `matrix` (an
 * object or null), `requires` (each with `job` and `statuses`) and, in the picture of a run, `status`.
 * Keys may be added, never changed.
 */
export const json = (workflows: readonly GraphWorkflow[]): string =>
  JSON.stringify(workflows.map(workflowOf), null, 2)

const workflowOf = ({ name, jobs }: GraphWorkflow) => ({ name, jobs: jobs.map(jobOf) })

const jobOf = ({ name, type, parallelism, matrix, requires, status }: GraphJob) => ({
  name,
  type,
  parallelism,
  matrix,
  requires: requires.map(({ job, statuses }) => ({ job, statuses })),
  ...(status === undefined ? {} : { status }),
})

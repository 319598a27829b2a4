import type { Run, RunStatus, Suite } from '../world.ts'

/** Worst first: the suite's conclusion is the worst of its runs'. */
const severity = [
  'failure',
  'timed_out',
  'cancelled',
  'action_required',
  'success',
  'neutral',
  'skipped',
]

/** The newest run of each name, in the order in which the names first appeared. */
export const latestOf = (runs: readonly Run[]): readonly Run[] => [
  ...new Map(runs.map((run) => [run.name, run])).values(),
]

/** Computed by GitHub from the newest runs; nobody can set it. */
export const suiteStatus = (suite: Suite): RunStatus => {
  const runs = latestOf(suite.runs)
  if (suite.rerequested || runs.length === 0) return 'queued'
  if (runs.every((run) => run.status === 'completed')) return 'completed'
  return runs.some((run) => run.status !== 'queued') ? 'in_progress' : 'queued'
}

/** Null while the suite is not completed. */
export const suiteConclusion = (suite: Suite): string | null => {
  if (suiteStatus(suite) !== 'completed') return null
  const conclusions = new Set(latestOf(suite.runs).map((run) => run.conclusion))
  return severity.find((conclusion) => conclusions.has(conclusion)) ?? null
}

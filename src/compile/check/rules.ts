import { approvalName } from './approval-name.ts'
import { contexts } from './contexts.ts'
import { duplicateJob } from './duplicate-job.ts'
import { emptyFilter } from './empty-filter.ts'
import { filterPatterns } from './filter-patterns.ts'
import { idleSerialGroup } from './idle-serial-group.ts'
import { jobExecutor } from './job-executor.ts'
import { jobSteps } from './job-steps.ts'
import { neverRuns } from './never-runs.ts'
import { noWorkflow } from './no-workflow.ts'
import { parallelismOne } from './parallelism-one.ts'
import { requiresCycle } from './requires-cycle.ts'
import type { Rule } from './rule.ts'
import { schedules } from './schedules.ts'
import { size } from './size.ts'
import { tagFilterMissing } from './tag-filter-missing.ts'
import { unused } from './unused.ts'

const rules: readonly Rule[] = [
  noWorkflow,
  duplicateJob,
  jobExecutor,
  jobSteps,
  parallelismOne,
  approvalName,
  requiresCycle,
  filterPatterns,
  emptyFilter,
  tagFilterMissing,
  neverRuns,
  contexts,
  schedules,
  size,
  unused,
  idleSerialGroup,
]

/** Pass 4: every rule looks at the whole config, whatever the event. */
export const check: Rule = (resolved, tools) => {
  for (const rule of rules) rule(resolved, tools)
}

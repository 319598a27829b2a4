import { didYouMean } from '../read/suggest.ts'
import type { BoundJob } from '../resolve/bind.ts'
import { invocationKeys } from '../shape/invocation.ts'
import type { Rule } from './rule.ts'

/** A key of an invocation that is none of its own is an argument, which the job must declare (V17). */
export const unexpectedArgument: Rule = ({ workflows }, { report }) => {
  for (const job of workflows.flatMap((workflow) => workflow.jobs)) {
    if (!isComplete(job)) continue
    for (const { value: key, at } of job.invocation.arguments) {
      const message = `unexpected argument ${key}: the job ${job.invocation.job.value} takes no arguments`
      report('unexpected-argument', at, message, didYouMean(key, invocationKeys, adviceFor(key)))
    }
  }
}

/** Approvals ignore what they do not know; jobs with parameters cannot be judged yet. */
const isComplete = ({ type, definition }: BoundJob): boolean =>
  type !== 'approval' && definition !== null && !definition.incomplete

const adviceFor = (key: string): string | null =>
  key === 'when' || key === 'unless'
    ? 'Jobs in a workflow have no conditions; use `filters:` on the job.'
    : null

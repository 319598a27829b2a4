import type { CheckAction } from './desired.ts'

/** Labels have at most 20 characters, descriptions 40, and a check at most three buttons. */
export const cancel: readonly CheckAction[] = [
  { label: 'Cancel', description: 'Stops what runs and starts nothing more', identifier: 'cancel' },
]

export const letIn: readonly CheckAction[] = [
  { label: 'Approve', description: 'Lets this push of a fork run', identifier: 'approve' },
]

export const decide: readonly CheckAction[] = [
  { label: 'Approve', description: 'Lets the jobs that wait for it start', identifier: 'approve' },
  { label: 'Reject', description: 'The jobs that wait for it do not run', identifier: 'reject' },
]

/** Of the whole: everything anew, where the branch or tag is by now. */
export const newRun: CheckAction = {
  label: 'New run',
  description: 'Starts afresh at the head of the branch',
  identifier: 'new-run',
}

export const rerun: readonly CheckAction[] = [
  {
    label: 'Rerun from failed',
    description: 'Keeps what has succeeded',
    identifier: 'rerun-failed',
  },
  { label: 'Rerun all', description: 'Runs every job again', identifier: 'rerun-all' },
]

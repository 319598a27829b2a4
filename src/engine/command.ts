import type { CommandWritten } from '../model/event.ts'
import type { JobRun } from '../model/run.ts'
import { requestAction } from './action.ts'
import type { Draft } from './draft.ts'
import { notice, saying } from './notice.ts'

/** GitHub cuts the time of a comment to the second. */
const toTheSecondMs = 1000

type Written = CommandWritten & { readonly at: number }

/**
 * Somebody wrote a command below a pull request. It is taken as a press on the button of the check that it
 * names; who may press is asked as for a button.
 */
export function hearCommand(draft: Draft, event: Written): void {
  const { command, by, at, writtenAt } = event
  const asked = (because: string) =>
    notice(draft, null, `${saying(command.action, by)} with a comment: ${because}`)
  if (decides(event) && draft.pipeline.trigger.receivedAt >= writtenAt + toTheSecondMs)
    return asked('this commit came after the comment; nothing changed.')
  const target = targetOf(draft, event)
  if (!target.isClear) return target.because === null ? undefined : asked(target.because)
  const { action } = command
  const click = { jobId: target.job?.id ?? null, current: true } as const
  requestAction(draft, { type: 'action-requested', action, ...click, by, at })
}

const decides = ({ command: { action } }: Written): boolean =>
  action === 'approve' || action === 'reject'

/** Which job is meant, null being the pipeline as a whole; or why none is, null where another one says it. */
type Target =
  | { readonly isClear: true; readonly job: JobRun | null }
  | { readonly isClear: false; readonly because: string | null }

function targetOf(draft: Draft, event: Written): Target {
  const { command, answers } = event
  // Of what waits to be let in there is no job yet: the whole is meant.
  const isWhole = !decides(event) || draft.pipeline.state === 'held'
  if (command.job === null && isWhole) return { isClear: true, job: null }
  const jobs = draft.workflows.flatMap((workflow) => draft.jobsOf(workflow.id))
  const named = command.job === null ? jobs : jobs.filter(isCalled(command.job))
  const fitting = decides(event) ? named.filter((job) => job.status === 'on_hold') : named
  const [first, second] = fitting
  if (first && !second) return { isClear: true, job: first }
  const because = first ? `say which: ${namesOf(fitting)}` : noneOf(command.job, named.length > 0)
  return { isClear: false, because: first || answers ? `${because}; nothing changed.` : null }
}

const namesOf = (jobs: readonly JobRun[]): string => jobs.slice(0, 20).map(fullName).join(', ')

const isCalled =
  (name: string) =>
  (job: JobRun): boolean =>
    [job.planned.name, fullName(job), `${job.workflowName} / ${job.planned.name}`].includes(name)

const fullName = (job: JobRun): string => `${job.workflowName}/${job.planned.name}`

function noneOf(name: string | null, isThere: boolean): string {
  if (name === null) return 'no approval waits'
  return isThere ? `${name} does not wait for approval` : `there is no job ${name}`
}

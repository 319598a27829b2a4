import type { Action } from '../model/event.ts'
import type { JobId } from '../model/ids.ts'
import type { JobRun } from '../model/run.ts'
import { isEnded } from '../model/run.ts'
import type { Person } from '../model/trigger.ts'
import type { Draft } from './draft.ts'
import { reportPipeline } from './report.ts'

/**
 * The job that a click on the check of `id` means now: itself, or the one that took its result over in
 * a re-run. Null when a newer run of the job exists: the clicked check is outdated.
 */
export function targetOf(draft: Draft, id: JobId): JobRun | null {
  const clicked = draft.findJob(id)
  const newest = clicked && newestOf(draft, clicked)
  return newest && newest.layersOf === clicked.layersOf ? newest : null
}

function newestOf(draft: Draft, job: JobRun): JobRun | null {
  const workflow = draft.workflows.find((one) => one.name === job.workflowName)
  const jobs = workflow ? draft.jobsOf(workflow.id) : []
  return jobs.find((one) => one.planned.name === job.planned.name) ?? null
}

/** Says something on the newest check of the job, or on the `sluice` check; only the last few stay. */
export function notice(draft: Draft, id: JobId | null, text: string): void {
  const clicked = id && draft.findJob(id)
  const newest = clicked ? newestOf(draft, clicked) : null
  // The check of a carried job belongs to a finished workflow, which never changes.
  if (newest && !(isEnded(newest) && newest.carried)) {
    draft.putJob({ ...newest, notices: latest([...newest.notices, text]) })
    const subject = { kind: 'job', jobId: newest.id, pipelineId: newest.pipelineId } as const
    return draft.report(subject, 'alarm')
  }
  draft.putPipeline({ ...draft.pipeline, notices: latest([...draft.pipeline.notices, text]) })
  reportPipeline(draft)
}

const latest = (notices: readonly string[]): readonly string[] => notices.slice(-5)

const words: Readonly<Record<Action, string>> = {
  approve: 'approve',
  reject: 'reject',
  cancel: 'cancel',
  'rerun-job': 're-run this job',
  'rerun-failed': 're-run from failed',
  'rerun-all': 're-run everything',
  'rerun-suite': 're-run the checks',
  'new-run': 'start a new run',
}

export const saying = (action: Action, by: Person): string =>
  `${by.login} asked to ${words[action]}`

/** GitHub marks its bots both ways, and Apps act as bots. */
export const isBot = (person: Person): boolean =>
  person.type === 'Bot' || person.login.endsWith('[bot]')

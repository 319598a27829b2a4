import type { JobRun, PipelineRun } from '../../model/run.ts'
import { isEnded } from '../../model/run.ts'
import type { PipelineFacts } from '../../ports/checks.ts'

/** A pipeline with its workflows, as a check needs it. */
export type PipelineView = PipelineFacts['pipelines'][number]

/** One pipeline in one word; of several, the worst decides, see `worstOf`. */
export type Verdict =
  | 'silent'
  | 'success'
  | 'pending'
  | 'running'
  | 'held'
  | 'failed'
  /** A stranger's: somebody has to let it begin. */
  | 'not-let-in'
  | 'failing'

const order: readonly Verdict[] = [
  'silent',
  'success',
  'pending',
  'running',
  'held',
  'failed',
  'not-let-in',
  'failing',
]

export function verdictOf({ pipeline, workflows }: PipelineView): Verdict {
  if (pipeline.state === 'pending') return 'pending'
  if (pipeline.state === 'ignored') return 'silent'
  if (pipeline.state === 'held') return 'not-let-in'
  if (pipeline.state === 'canceled') return 'failed'
  const jobs = workflows.flatMap((one) => one.jobs)
  if (pipeline.state === 'errored') return jobs.every(isEnded) ? 'failed' : 'failing'
  // Until its second config is compiled, nobody knows what a continued pipeline will run.
  if (pipeline.continuation?.stage === 'compiling') return 'pending'
  if (jobs.every(isEnded)) return workflows.every(succeeded) ? 'success' : 'failed'
  if (jobs.some(isBad)) return 'failing'
  const moving = jobs.some((job) => job.status === 'queued' || job.status === 'running')
  return !moving && jobs.some((job) => job.status === 'on_hold') ? 'held' : 'running'
}

const isBad = ({ status }: JobRun): boolean =>
  status === 'failed' || status === 'unauthorized' || status === 'canceled'

const succeeded = ({ workflow }: PipelineView['workflows'][number]): boolean =>
  workflow.status === 'success'

/** The pipeline that a check of several speaks of; the newest where they are equal. */
export function worstOf(views: readonly PipelineView[]): PipelineView | null {
  const rank = (view: PipelineView) => order.indexOf(verdictOf(view))
  return views.toSorted((a, b) => rank(b) - rank(a))[0] ?? null
}

export const isUnfinished = (view: PipelineView): boolean =>
  ['pending', 'running', 'held', 'failing'].includes(verdictOf(view))

export const isEndedWell = (view: PipelineView): boolean =>
  ['success', 'silent'].includes(verdictOf(view))

export const jobsOf = (view: PipelineView): readonly JobRun[] =>
  view.workflows.flatMap(({ jobs }) => jobs)

/** When the last job of all ended; when there was none, when the pipeline began. */
export const endOf = (view: PipelineView): number =>
  jobsOf(view).reduce(
    (latest, job) => (isEnded(job) ? Math.max(latest, job.endedAt) : latest),
    view.pipeline.createdAt,
  )

export const refName = (pipeline: PipelineRun): string => pipeline.trigger.ref.name

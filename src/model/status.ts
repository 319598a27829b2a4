/** How a job can end. CircleCI's words, also the ones `requires` may name. */
export type EndStatus = 'success' | 'failed' | 'canceled' | 'unauthorized' | 'not_run'
export type JobStatus = 'blocked' | 'queued' | 'running' | 'on_hold' | EndStatus

export const endStatuses: readonly EndStatus[] = [
  'success',
  'failed',
  'canceled',
  'unauthorized',
  'not_run',
]
export const jobStatuses: readonly JobStatus[] = [
  'blocked',
  'queued',
  'running',
  'on_hold',
  ...endStatuses,
]

export const isEnd = (status: JobStatus): status is EndStatus =>
  (endStatuses as readonly JobStatus[]).includes(status)

export const noCounts = (): Readonly<Record<JobStatus, number>> =>
  Object.fromEntries(jobStatuses.map((status) => [status, 0])) as Record<JobStatus, number>

import type { JobId } from '../../model/ids.ts'
import { isEnded, type JobRun, type PipelineRun, type WorkflowRun } from '../../model/run.ts'
import { branchOf, type Ref, type Repository, tagOf } from '../../model/trigger.ts'

export const slugOf = ({ owner, name }: Repository): string => `gh/${owner}/${name}`

export const timeOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString()

/** A pipeline with the fields that CircleCI's API gives it. */
export function pipelineShape(pipeline: PipelineRun) {
  const { id, number, trigger, createdAt } = pipeline
  const { repository, ref, commit, actor, receivedAt } = trigger
  return {
    id,
    number,
    project_slug: slugOf(repository),
    state: stateOf(pipeline),
    errors: errorsOf(pipeline),
    created_at: timeOf(createdAt),
    updated_at: timeOf(createdAt),
    trigger: {
      type: triggerTypes[trigger.event.name],
      received_at: timeOf(receivedAt),
      actor: { login: actor.login, avatar_url: null },
    },
    trigger_parameters: trigger.parameters,
    vcs: {
      provider_name: 'GitHub',
      origin_repository_url: repository.webUrl,
      target_repository_url: repository.webUrl,
      revision: commit.sha,
      ...named(ref),
      commit: { subject: commit.subject, body: commit.body },
    },
  }
}

const triggerTypes = {
  push: 'webhook',
  pull_request: 'webhook',
  schedule: 'scheduled_pipeline',
  api: 'api',
} as const

const named = (ref: Ref) =>
  ref.kind === 'branch' ? { branch: branchOf(ref) } : { tag: tagOf(ref) }

/** CircleCI's words; a pipeline that nothing applied to is `created` with no workflows. */
export function stateOf({ state, continuation }: PipelineRun): string {
  if (state === 'errored' || state === 'pending') return state
  if (continuation?.stage === 'open') return 'setup-pending'
  return continuation?.stage === 'compiling' ? 'setup' : 'created'
}

function errorsOf(pipeline: PipelineRun) {
  if (pipeline.state !== 'errored') return []
  const errors = pipeline.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return [{ type: 'other', message: pipeline.because }]
  return errors.map(({ file, where, message }) => ({
    type: 'config',
    message: `${file}:${where.line}:${where.column}: ${message}`,
  }))
}

export function workflowShape(pipeline: PipelineRun, workflow: WorkflowRun) {
  return {
    id: workflow.id,
    name: workflow.name,
    pipeline_id: pipeline.id,
    pipeline_number: pipeline.number,
    project_slug: slugOf(pipeline.trigger.repository),
    status: workflow.status,
    started_by: String(pipeline.trigger.actor.id),
    canceled_by: workflow.canceledBy,
    created_at: timeOf(workflow.createdAt),
    stopped_at: timeOf(workflow.endedAt),
    attempt: workflow.attempt,
    superseded_by: workflow.supersededBy,
    ...(pipeline.trigger.ref.kind === 'tag' && { tag: pipeline.trigger.ref.name }),
  }
}

interface Around {
  readonly pipeline: PipelineRun
  /** All of its workflow. */
  readonly jobs: readonly JobRun[]
  readonly numbers: ReadonlyMap<JobId, number>
}

export function jobShape(job: JobRun, { pipeline, jobs, numbers }: Around) {
  const { planned } = job
  const idOf = (name: string) => jobs.find((one) => one.planned.name === name)?.id ?? name
  return {
    id: job.id,
    name: planned.name,
    type: planned.type,
    status: job.status,
    project_slug: slugOf(pipeline.trigger.repository),
    // Of a job that a re-run only took over, what did the work has the number.
    job_number: numbers.get(job.layersOf) ?? null,
    started_at: timeOf(startOf(job)),
    stopped_at: timeOf(endOf(job)),
    dependencies: planned.requires.map(({ job: name }) => idOf(name)),
    requires: Object.fromEntries(
      planned.requires.map(({ job: name, statuses }) => [idOf(name), statuses]),
    ),
    attempt: job.attempt,
    ...(planned.type === 'approval' && {
      approval_request_id: job.id,
      approved_by: job.status === 'success' ? (job.authority?.person.login ?? null) : null,
    }),
    ...(isEnded(job) && { because: job.because }),
  }
}

export const startOf = (job: JobRun): number | null =>
  job.status === 'running' || isEnded(job) ? job.startedAt : null

export const endOf = (job: JobRun): number | null => (isEnded(job) ? job.endedAt : null)

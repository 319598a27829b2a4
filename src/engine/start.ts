import { type Block, blockText } from '../model/block.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Effect } from '../model/effect.ts'
import type { Event } from '../model/event.ts'
import { derivedId, jobIn, workflowId, workspaceId } from '../model/ids.ts'
import { isOnDemand } from '../model/on-demand.ts'
import type { PlannedWorkflow } from '../model/plan.ts'
import type { Edge, JobRun, PipelineRun, PipelineState, Project } from '../model/run.ts'
import { isEnded, noCounts } from '../model/run.ts'
import type { Sibling, Slice } from '../model/state.ts'
import {
  isOfMergeQueue,
  pullRequestEventOf,
  type Ref,
  scheduleOf,
  type Trigger,
} from '../model/trigger.ts'
import { hearAround } from './branch.ts'
import { change } from './change.ts'
import type { Draft } from './draft.ts'
import { begin, settle } from './job.ts'
import { isSamePush } from './recovered.ts'
import { reportPipeline } from './report.ts'
import { lateNotices, registerSchedules } from './schedules.ts'

type Of<Type extends Event['type']> = Extract<Event, { readonly type: Type }>

/** A trigger makes a pipeline and asks for its config. The same trigger again makes nothing. */
export function startPipeline(draft: Draft, slice: Slice, event: Of<'triggered'>): void {
  if (slice.pipeline || isSamePush(slice, event.trigger)) return
  createPipeline(draft, slice, event, { state: 'pending' })
  askForConfig(draft)
  if (isReportedAtOnce(slice, event.trigger)) reportPipeline(draft)
}

/** The next pipeline of its project, in the given state. */
export function createPipeline(
  draft: Draft,
  { project, siblings }: Slice,
  { pipelineId, trigger: told, at }: Of<'triggered' | 'admitted'>,
  state: PipelineState,
): void {
  const trigger = underNameOfNow(told, project)
  const number = (project?.lastNumber ?? 0) + 1
  const usesSluice = project?.usesSluice ?? false
  const { repository } = trigger
  draft.putProject({ ...project, repository, lastNumber: number, usesSluice })
  draft.putPipeline({
    id: pipelineId,
    number,
    trigger,
    label: labelOf(trigger, siblings),
    createdAt: at,
    pendingRerun: null,
    notices: lateNotices(trigger),
    continuation: null,
    ...state,
  })
}

/**
 * Only GitHub's own word tells what a repository is called. What is begun from here remembers an earlier one,
 * which may be another repository's by now.
 */
function underNameOfNow(trigger: Trigger, project: Project | null): Trigger {
  const { type } = trigger
  if (!project || type === 'push' || type === 'tag' || type === 'pull-request') return trigger
  return { ...trigger, repository: project.repository }
}

/**
 * An App installed on every repository stays silent where no config was ever seen. Where branches need a
 * pull request to be built, a check that says that nothing applied could pass before there is one.
 */
function isReportedAtOnce({ project }: Slice, trigger: Trigger): boolean {
  if (!project?.usesSluice) return false
  return !(project.onlyBuildPullRequests && needsPullRequest(trigger))
}

/** Whether a repository that only builds pull requests leaves this alone unless its branch has one. */
const needsPullRequest = ({ type, ref, repository }: Trigger): boolean =>
  type === 'push' &&
  ref.kind === 'branch' &&
  ref.name !== repository.defaultBranch &&
  !isOfMergeQueue(ref)

type Compile = Extract<Effect, { readonly type: 'compile' }>

/**
 * Fetching and compiling happens outside; `compiled`, `rejected` or one of their kin comes back.
 * `continuation`: the config that a setup workflow brought, in the place of the commit's.
 */
export function askForConfig(draft: Draft, continuation: Compile['continuation'] = null): void {
  const { id, number, trigger } = draft.pipeline
  draft.effect({ type: 'compile', pipelineId: id, number, trigger, continuation })
}

/**
 * Checks of the first branch at a commit have plain names; of other refs they end with the ref, of
 * schedules with the schedule, and of events of pull requests with the event. What was begun on demand
 * says so: it stands for no push.
 */
function labelOf(trigger: Trigger, siblings: readonly Sibling[]): string {
  const schedule = scheduleOf(trigger)
  const besides = schedule === null ? pullRequestEventOf(trigger) : `schedule ${schedule}`
  const label = refLabel(trigger, siblings)
  if (isOnDemand(trigger)) return ` (on demand)${label}`
  return besides === null ? label : ` (${besides})${label}`
}

function refLabel(trigger: Trigger, siblings: readonly Sibling[]): string {
  if (trigger.ref.kind === 'tag') return ` (tag ${trigger.ref.name})`
  const first = siblings
    .filter((sibling) => sibling.ref.kind === 'branch')
    .toSorted((a, b) => a.number - b.number)[0]
  return !first || sameRef(first.ref, trigger.ref) ? '' : ` (${trigger.ref.name})`
}

export const sameRef = (a: Ref, b: Ref): boolean => a.kind === b.kind && a.name === b.name

/** The plan is there: every workflow and job gets its row, and what waits for nothing starts. */
export function startWorkflows(draft: Draft, slice: Slice, event: Of<'compiled'>): void {
  if (draft.pipeline.state !== 'pending') return
  const { notSelected, diagnostics, workflows, setup, schedules } = event.plan
  rememberUse(draft, slice, event)
  registerSchedules(draft, schedules)
  if (draft.block) return refuseWork(draft, draft.block)
  const continuation = setup && ({ stage: 'open', taken: setup.taken } as const)
  draft.putPipeline({ ...draft.pipeline, continuation })
  become(draft, { state: 'created', notSelected, diagnostics })
  hearAround(draft, event.around, event.at)
  const how = { setup: setup !== null, at: event.at }
  for (const workflow of workflows) startWorkflow(draft, workflow, how)
}

/**
 * The config was read and nothing of it begins. The pipeline is kept as one that went wrong: its check says
 * why, and once the block is lifted a re-run of that check begins it at the same commit.
 */
function refuseWork(draft: Draft, block: Block): void {
  const because = `${blockText(block)}; once that is lifted, re-run this check, or push again`
  become(draft, { state: 'errored', because, diagnostics: [] })
}

interface How {
  readonly setup: boolean
  readonly at: number
}

export function startWorkflow(draft: Draft, planned: PlannedWorkflow, { setup, at }: How): void {
  const pipelineId = draft.pipeline.id
  const id = workflowId(derivedId(pipelineId, planned.name))
  draft.putWorkflow({
    id,
    pipelineId,
    name: planned.name,
    setup,
    attempt: 1,
    autoReruns: planned.maxAutoReruns,
    workspaceId: workspaceId(derivedId(id, 'workspace')),
    status: 'running',
    counts: noCounts(),
    because: planned.because,
    notSelected: planned.notSelected,
    canceledBy: null,
    supersededBy: null,
    createdAt: at,
    endedAt: null,
  })
  const jobs = planned.jobs.map((job, position): JobRun => {
    const own = jobIn(id, job.name)
    return {
      id: own,
      pipelineId,
      workflowId: id,
      workflowName: planned.name,
      position,
      planned: job,
      attempt: 1,
      waitsFor: 0,
      tasks: [],
      layersOf: own,
      authority: null,
      notices: [],
      status: 'blocked',
    }
  })
  connect(draft, id, jobs, at)
}

/**
 * Puts jobs into a workflow with the edges that their plan names, then lets everything begin that
 * waits for nothing more. Some of the jobs may have ended already: a re-run carries them over.
 */
export function connect(
  draft: Draft,
  id: ReturnType<typeof workflowId>,
  jobs: readonly JobRun[],
  at: number,
): void {
  const idOf = new Map(jobs.map((job) => [job.planned.name, job.id]))
  const edges = jobs.flatMap((job) =>
    job.planned.requires.flatMap((required): readonly Edge[] => {
      const from = idOf.get(required.job)
      if (!from)
        throw new Error(`plan: ${job.planned.name} requires ${required.job}, which is not there`)
      return [{ from, to: job.id, statuses: required.statuses }]
    }),
  )
  for (const job of jobs)
    draft.putJob(job.status === 'blocked' ? { ...job, waitsFor: job.planned.requires.length } : job)
  draft.putEdges(id, [...idOf.values()], edges)
  beginAll(draft, jobs, at)
}

function beginAll(draft: Draft, jobs: readonly JobRun[], at: number): void {
  for (const job of jobs) if (job.status === 'blocked') change(draft, draft.job(job.id))
  const free = jobs.filter((job) => job.status === 'blocked' && job.planned.requires.length === 0)
  for (const job of free) begin(draft, draft.job(job.id), at)
  // Carried jobs have ended, and so have those that ran nothing: their dependents hear of it once.
  const ended = jobs.map((job) => draft.job(job.id)).filter(isEnded)
  settle(
    draft,
    ended.map((job) => job.id),
    at,
  )
}

export function rejectConfig(draft: Draft, slice: Slice, event: Of<'rejected'>): void {
  if (draft.pipeline.state !== 'pending') return
  rememberUse(draft, slice, event)
  hearAround(draft, event.around, event.at)
  const because = `the config ${errorCount(event.diagnostics)}`
  become(draft, { state: 'errored', because, diagnostics: event.diagnostics })
}

/** E.g. `has 3 errors`. */
export function errorCount(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((one) => one.severity === 'error').length
  return errors === 1 ? 'has an error' : `has ${errors} errors`
}

/** Silence where Sluice is not used at all; a failing check where only this commit lacks the config. */
export function configMissing(draft: Draft, event: Of<'config-missing'>): void {
  if (draft.pipeline.state !== 'pending') return
  registerSchedules(draft, [])
  const because = `there is no ${event.path} at this commit`
  if (event.expected) become(draft, { state: 'errored', because, diagnostics: [] })
  else draft.putPipeline(inState(draft.pipeline, { state: 'ignored', because }))
}

export function configUnavailable(draft: Draft, event: Of<'config-unavailable'>): void {
  if (draft.pipeline.state !== 'pending') return
  become(draft, { state: 'errored', because: event.because, diagnostics: [] })
}

export function become(draft: Draft, state: PipelineState): void {
  draft.putPipeline(inState(draft.pipeline, state))
  reportPipeline(draft)
}

/** `pipeline` in another state; nothing of the old state stays behind. */
export function inState(pipeline: PipelineRun, state: PipelineState): PipelineRun {
  const { id, number, trigger, label, createdAt, pendingRerun, notices, continuation } = pipeline
  return { id, number, trigger, label, createdAt, pendingRerun, notices, continuation, ...state }
}

function rememberUse(
  draft: Draft,
  { project }: Slice,
  { around }: Of<'compiled' | 'rejected'>,
): void {
  if (!project) return
  const onlyBuildPullRequests =
    around?.onlyBuildPullRequests ?? project.onlyBuildPullRequests ?? false
  if (project.usesSluice && (project.onlyBuildPullRequests ?? false) === onlyBuildPullRequests)
    return
  draft.putProject({ ...project, usesSluice: true, onlyBuildPullRequests })
}

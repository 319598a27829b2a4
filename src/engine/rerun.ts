import { blockText } from '../model/block.ts'
import type { Action, ActionRequested, PermissionAnswered } from '../model/event.ts'
import type { JobId } from '../model/ids.ts'
import { derivedId, jobIn, workflowId } from '../model/ids.ts'
import type { JobRun, RerunRequest, WorkflowRun } from '../model/run.ts'
import { isEnded, noCounts } from '../model/run.ts'
import { isFromFork, type Person } from '../model/trigger.ts'
import { beginAfresh, wantsFresh } from './afresh.ts'
import { inState } from './change.ts'
import { choose, runAgain, withDependents } from './chosen.ts'
import type { Draft } from './draft.ts'
import { isBot, notice, saying, targetOf } from './notice.ts'
import { reportPipeline } from './report.ts'
import { askForConfig, connect, inState as pipelineIn } from './start.ts'
import { active } from './status.ts'

/** GitHub sends one event a failed check for one click; everything within this time is one re-run. */
const togetherMs = 2000
/** CircleCI's limit of re-runs of one workflow. */
export const rerunsAtMost = 100

const whatOf: Readonly<Partial<Record<Action, RerunRequest['what']>>> = {
  'rerun-job': 'job',
  'rerun-failed': 'failed',
  'rerun-all': 'all',
  'rerun-suite': 'suite',
}

export const isRerun = (action: Action): boolean => whatOf[action] !== undefined

/** Notes the wish; two seconds later all wishes together are taken to GitHub for permission. */
export function requestRerun(draft: Draft, event: ActionRequested & { readonly at: number }): void {
  const earlier = draft.pipeline.pendingRerun?.requests ?? []
  const what = whatOf[event.action]
  if (!what) return
  const request: RerunRequest = {
    what: what === 'job' && event.jobId === null ? 'failed' : what,
    jobId: event.jobId,
    by: event.by,
    ...(event.workflow !== undefined && { workflow: event.workflow }),
    ...(event.alone && { alone: true }),
    permission: event.granted ? 'allowed' : 'unasked',
  }
  if (!earlier.some((one) => one.permission === 'unasked'))
    draft.effect({
      type: 'later',
      event: { type: 'rerun-due', pipelineId: draft.pipeline.id, at: event.at + togetherMs },
      at: event.at + togetherMs,
    })
  remember(draft, [...earlier, request])
}

/** The two seconds are over: asks about each person once, and begins where nobody is to be asked about. */
export function beginRerunWhenDue(draft: Draft, event: { readonly at: number }): void {
  const requests = draft.pipeline.pendingRerun?.requests ?? []
  const unasked = requests.filter((request) => request.permission === 'unasked')
  const people = new Map(unasked.map((request) => [request.by.id, request]))
  for (const { by, what } of people.values())
    draft.effect({
      type: 'ask-permission',
      pipelineId: draft.pipeline.id,
      repository: draft.pipeline.trigger.repository,
      request: { person: by, action: `rerun-${what}`, jobId: null },
    })
  const asked = requests.map(
    (one): RerunRequest => (one.permission === 'unasked' ? { ...one, permission: 'asked' } : one),
  )
  beginWhenAllowed(draft, asked, event.at)
}

/** GitHub has answered about one person; the re-run begins when nobody is left to ask about. */
export function answerRerun(
  draft: Draft,
  event: PermissionAnswered & { readonly at: number },
): void {
  const { person } = event.request
  const requests = draft.pipeline.pendingRerun?.requests ?? []
  const answered = requests.flatMap((one): readonly RerunRequest[] => {
    if (one.by.id !== person.id || one.permission !== 'asked') return [one]
    return event.allowed && !isBot(person) ? [{ ...one, permission: 'allowed' }] : []
  })
  if (!event.allowed)
    notice(
      draft,
      null,
      `${saying(event.request.action, person)}: ${event.because}; nothing changed.`,
    )
  beginWhenAllowed(draft, answered, event.at)
}

function beginWhenAllowed(draft: Draft, requests: readonly RerunRequest[], at: number): void {
  const begins = requests.length > 0 && requests.every((one) => one.permission === 'allowed')
  remember(draft, begins ? [] : requests)
  if (begins) rerun(draft, requests, at)
}

function remember(draft: Draft, requests: readonly RerunRequest[]): void {
  draft.putPipeline({ ...draft.pipeline, pendingRerun: requests.length > 0 ? { requests } : null })
}

function rerun(draft: Draft, requests: readonly RerunRequest[], at: number): void {
  const by = namesOf(requests)
  // What never began compiles again, and meets the block then.
  if (draft.pipeline.state === 'created' && draft.block)
    return notice(
      draft,
      null,
      `${by} asked for a re-run: ${blockText(draft.block)}; nothing changed.`,
    )
  if (wantsFresh(draft, requests)) return beginAfresh(draft, requests, at)
  const { state, trigger } = draft.pipeline
  if (state === 'errored' || (state === 'canceled' && !isFromFork(trigger)))
    return compileAgain(draft)
  if (state === 'canceled' || state === 'held')
    return notice(
      draft,
      null,
      `${by} asked for a re-run: ${draft.pipeline.because}; nothing changed.`,
    )
  if (draft.pipeline.state !== 'created') return
  const begun = draft.workflows.map((workflow) => rerunWorkflow(draft, workflow, requests, at))
  if (begun.includes('refused')) return
  const names = draft.workflows
    .filter((_, index) => begun[index] === 'begun')
    .map(({ name }) => name)
  const what =
    names.length > 0 ? `re-run of ${names.join(', ')}` : `re-run: ${whyNothing(draft, requests)}`
  notice(draft, null, `${by} asked for a ${what}.`)
}

/** GitHub offers Re-run on an approval that waits, too: its check is completed so that it has buttons. */
function whyNothing(draft: Draft, requests: readonly RerunRequest[]): string {
  const asked = requests.flatMap(({ jobId: id }) => (id ? [targetOf(draft, id)] : []))
  const held = asked.find((job) => job?.status === 'on_hold')
  return held
    ? `${held.planned.name} waits for approval, which a re-run does not give; nothing changed`
    : 'there is nothing to run again'
}

const namesOf = (requests: readonly RerunRequest[]): string =>
  [...new Set(requests.map((request) => request.by.login))].join(', ')

/** Nothing ever ran: the same commit is read again, which helps when GitHub or an orb was the cause. */
function compileAgain(draft: Draft): void {
  draft.putPipeline(pipelineIn(draft.pipeline, { state: 'pending' }))
  askForConfig(draft)
  reportPipeline(draft)
}

function rerunWorkflow(
  draft: Draft,
  workflow: WorkflowRun,
  requests: readonly RerunRequest[],
  at: number,
): 'begun' | 'nothing' | 'refused' {
  const again = meant(draft, workflow, requests)
  if (again.size === 0) return 'nothing'
  const refusal = refusalOf(draft, workflow, again)
  if (refusal) notice(draft, null, refusal)
  else {
    // From here on somebody looks after it.
    const cared = { ...workflow, autoReruns: 0 }
    supersede(draft, cared, { again, by: askers(draft, workflow, requests) }, at)
  }
  return refusal ? 'refused' : 'begun'
}

/** What the requests let run again. */
function meant(
  draft: Draft,
  workflow: WorkflowRun,
  requests: readonly RerunRequest[],
): ReadonlySet<JobId> {
  const { alone = [], usual = [] } = Object.groupBy(requests, (one) =>
    one.alone ? 'alone' : 'usual',
  )
  const chosen = choose(draft, workflow, usual)
  return runAgain(draft, workflow, chosen, choose(draft, workflow, alone))
}

/**
 * Who asked for each job, the first of several. Nobody's rights reach further than what they asked for: who
 * joins a re-run within its two seconds gets nothing from whoever began it.
 */
function askers(
  draft: Draft,
  workflow: WorkflowRun,
  requests: readonly RerunRequest[],
): ReadonlyMap<JobId, Person> {
  const found = new Map<JobId, Person>()
  for (const own of Map.groupBy(requests, ({ by }) => personKey(by)).values())
    for (const id of meant(draft, workflow, own))
      if (own[0] && !found.has(id)) found.set(id, own[0].by)
  return found
}

/** Tokens have no id of their own. */
const personKey = ({ id, login }: Person): string => `${id} ${login}`

function refusalOf(draft: Draft, workflow: WorkflowRun, again: ReadonlySet<JobId>): string | null {
  if (workflow.attempt > rerunsAtMost)
    return `${workflow.name} was re-run ${rerunsAtMost} times, which is the limit: push again.`
  const jobs = draft.jobsOf(workflow.id)
  const everything = jobs.filter(isEnded).every((job) => again.has(job.id))
  const good = jobs.some((job) => job.status === 'success')
  return everything && good && active(workflow.counts) > 0
    ? `${workflow.name} is still running: cancel it or wait, then everything can be run again.`
    : null
}

/**
 * A re-run is a new run of the workflow, so that a finished one never changes. What is not run again is
 * carried over with its result and workspace layers; what has not ended (also a held approval) moves
 * along as it is.
 */
export function supersede(draft: Draft, old: WorkflowRun, chosen: Chosen, at: number): void {
  const attempt = old.attempt + 1
  const id = workflowId(derivedId(old.id, `attempt ${attempt}`))
  const jobs = draft.jobsOf(old.id)
  draft.putWorkflow({ ...old, locks: undefined, supersededBy: id })
  draft.putWorkflow({
    ...old,
    id,
    attempt,
    status: 'running',
    counts: noCounts(),
    canceledBy: null,
    createdAt: at,
    endedAt: null,
  })
  connect(
    draft,
    id,
    behindLocks(draft, jobs, chosen.again).map((job) => successor(job, id, chosen)),
    at,
  )
}

/** What runs again behind a lock waits for it, also where its own requirements are carried over. */
function behindLocks(
  draft: Draft,
  jobs: readonly JobRun[],
  again: ReadonlySet<JobId>,
): readonly JobRun[] {
  const locks = jobs.filter(({ id, planned }) => planned.type === 'lock' && again.has(id))
  return locks.reduce<readonly JobRun[]>((all, lock) => {
    const behind = withDependents(draft, [lock.id]).intersection(again)
    return all.map((job) => (job !== lock && behind.has(job.id) ? requiring(job, lock) : job))
  }, jobs)
}

function requiring(job: JobRun, { planned: { name } }: JobRun): JobRun {
  const { type, requires } = job.planned
  if (type === 'unlock' || requires.some((one) => one.job === name)) return job
  const lock = { job: name, statuses: ['success'] } as const
  return { ...job, planned: { ...job.planned, requires: [...requires, lock] } }
}

interface Chosen {
  readonly again: ReadonlySet<JobId>
  /** Who asked for a job. Where nobody did, it runs again with the rights that it had. */
  readonly by: ReadonlyMap<JobId, Person>
}

function successor(job: JobRun, id: WorkflowRun['id'], { again, by }: Chosen): JobRun {
  if (!isEnded(job)) return { ...job, workflowId: id }
  const own = jobIn(id, job.planned.name)
  const base = { id: own, workflowId: id, tasks: [], notices: [], waitsFor: 0 }
  if (!again.has(job.id)) return { ...job, ...base, carried: true }
  // A job that was not run has not used its attempt up.
  const attempt = job.status === 'not_run' ? job.attempt : job.attempt + 1
  const person = by.get(job.id)
  const authority = person ? ({ person, by: 'rerun' } as const) : job.authority
  return inState(job, { status: 'blocked' }, { ...base, attempt, layersOf: own, authority })
}

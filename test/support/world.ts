import { usualPolicy } from '../../src/compile/project-settings/approvals.ts'
import { decide, needsOf } from '../../src/engine/engine.ts'
import type { Block } from '../../src/model/block.ts'
import type { Effect, QueuedTask } from '../../src/model/effect.ts'
import type { Action, Event } from '../../src/model/event.ts'
import type { JobId, PipelineId, WorkflowId } from '../../src/model/ids.ts'
import { pipelineId } from '../../src/model/ids.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { ApprovalPolicy } from '../../src/model/project-settings.ts'
import type {
  Edge,
  JobRun,
  Outcome,
  PipelineRun,
  Project,
  WorkflowRun,
} from '../../src/model/run.ts'
import type { Changes, Needs, Sibling, Slice } from '../../src/model/state.ts'
import {
  type Person,
  pullRequestEventOf,
  scheduleOf,
  type Trigger,
} from '../../src/model/trigger.ts'
import { ann, trigger as aTrigger } from './builders.ts'

/**
 * The smallest world an engine can live in: it gives a decision exactly the rows that it asked for, as
 * a database would, keeps what was decided, and lets a test play GitHub and the workers.
 */
export class World {
  readonly pipelines = new Map<PipelineId, PipelineRun>()
  readonly workflows = new Map<WorkflowId, WorkflowRun>()
  readonly jobs = new Map<JobId, JobRun>()
  readonly edges = new Map<WorkflowId, readonly Edge[]>()
  readonly effects: Effect[] = []
  readonly tasks: QueuedTask[] = []
  project: Project | null = null
  block: Block | null = null
  now = 1000
  /** What the repository's settings say about approvals. */
  policy: ApprovalPolicy = usualPolicy('write')
  /** Ids of people who have lost their rights. */
  lapsed: readonly number[] = []
  /** Rows given to the last decision, to see that its cost does not grow with the workflow. */
  loaded = 0
  readonly #started = new Set<string>()
  readonly #expiries: Event[] = []

  /** Takes one event and gives back the effects of the decision. */
  happen(event: Event): readonly Effect[] {
    const needs: Needs[] = [needsOf(event)]
    for (let round = 0; round < 1000; round++) {
      const slice = this.#slice(event, needs)
      const decision = decide(slice, event)
      if (decision.kind === 'needs') {
        needs.push(decision.needs)
        continue
      }
      this.loaded = slice.jobs.size
      this.#keep(decision.changes)
      this.effects.push(...decision.effects)
      for (const effect of decision.effects)
        if (effect.type === 'queue-task') this.tasks.push(effect.task)
        else if (effect.type === 'later' && effect.event.type === 'approval-expired')
          this.#expiries.push(effect.event)
      return decision.effects
    }
    throw new Error('the engine asks without end')
  }

  /** A push whose config compiles to `plan`. */
  push(plan: Plan, trigger: Trigger = aTrigger(), id = `p${this.pipelines.size + 1}`): PipelineId {
    const pipeline = pipelineId(id)
    this.happen({ type: 'triggered', pipelineId: pipeline, at: this.tick(), trigger })
    this.happen({
      type: 'compiled',
      pipelineId: pipeline,
      at: this.tick(),
      plan,
      continuation: false,
    })
    return pipeline
  }

  tick(): number {
    return this.now++
  }

  /** The newest run of the job of this name in any pipeline. */
  job(name: string): JobRun {
    const found = [...this.jobs.values()].filter(
      (job) => job.planned.name === name && this.workflow(job.workflowName).id === job.workflowId,
    )
    if (!found[0]) throw new Error(`no job ${name}`)
    return found[0]
  }

  workflow(name: string): WorkflowRun {
    const found = [...this.workflows.values()].filter(
      (workflow) => workflow.name === name && workflow.supersededBy === null,
    )
    if (!found[0]) throw new Error(`no workflow ${name}`)
    return found[0]
  }

  /** Status by job name, of the runs that are not superseded. */
  statuses(): Record<string, string> {
    return Object.fromEntries(
      [...this.jobs.values()]
        .filter((job) => this.workflows.get(job.workflowId)?.supersededBy === null)
        .map((job) => [job.planned.name, job.status]),
    )
  }

  /** Tasks nobody has begun. */
  queued(): readonly QueuedTask[] {
    return this.tasks.filter((task) => !this.#started.has(task.taskId))
  }

  start(name: string): void {
    for (const task of this.queued().filter((one) => one.jobId === this.job(name).id))
      this.#start(task)
  }

  /** Begins what is queued of the job and ends all its tasks with the outcome. */
  end(name: string, outcome: Outcome | 'success' | 'failed' = 'success'): void {
    const job = this.job(name)
    for (const task of this.queued().filter((one) => one.jobId === job.id)) this.#start(task)
    for (const task of this.job(name).tasks)
      if (task.status !== 'ended') this.finish(job, task.id, outcome)
  }

  finish(job: JobRun, task: QueuedTask['taskId'], outcome: Outcome | 'success' | 'failed'): void {
    this.happen({
      type: 'task-finished',
      pipelineId: job.pipelineId,
      at: this.tick(),
      jobId: job.id,
      taskId: task,
      worker: 'w1',
      outcome: typeof outcome === 'string' ? outcomes[outcome] : outcome,
    })
  }

  /** A click; GitHub's answer about the person follows, and so does the end of the two seconds. */
  click(action: Action, name: string | null, by: Person = ann, allowed = true): void {
    const job = name === null ? null : this.job(name)
    this.request(action, job?.id ?? null, by)
    this.answer(allowed)
  }

  request(action: Action, jobId: JobId | null, by: Person = ann, current = true): void {
    const pipeline =
      (jobId && this.jobs.get(jobId)?.pipelineId) ?? [...this.pipelines.keys()].at(-1)
    if (!pipeline) throw new Error('no pipeline')
    this.happen({
      type: 'action-requested',
      pipelineId: pipeline,
      at: this.tick(),
      action,
      jobId,
      current,
      by,
    })
  }

  /** Lets all that was put off for moments happen and answers every question about people. */
  answer(allowed = true): void {
    const due = this.effects
      .filter((effect) => effect.type === 'later')
      .filter(({ event }) => event.type !== 'serial-timeout' && event.type !== 'approval-expired')
    this.#forget('later')
    for (const effect of due) this.happen(effect.event)
    const asked = this.effects.filter((effect) => effect.type === 'ask-permission')
    this.#forget('ask-permission')
    for (const { pipelineId: id, request, approval } of asked)
      this.happen({
        type: 'permission-answered',
        pipelineId: id,
        at: this.tick(),
        request,
        allowed,
        because: allowed
          ? 'write access'
          : `${request.person.login} has read access; write is needed`,
        ...(approval && { approval: { policy: this.policy, obstacle: null, lapsed: this.lapsed } }),
      })
  }

  /** The policies of what is held are read now. */
  readPolicies(obstacle: string | null = null): void {
    const asked = this.effects.filter((effect) => effect.type === 'read-approval-policy')
    this.#forget('read-approval-policy')
    const policy = obstacle === null ? this.policy : null
    for (const { pipelineId: id, jobId } of asked) {
      const about = { pipelineId: id, at: this.tick(), jobId, policy, obstacle }
      this.happen({ type: 'approval-policy-read', ...about })
    }
  }

  /** Time goes on to `at`, and the approvals that expire by then do. */
  expireUntil(at: number): void {
    this.now = Math.max(this.now, at)
    for (const event of this.#expiries.filter((one) => one.at <= at)) this.happen(event)
  }

  /** Answers the questions about contexts that were asked so far, and tells whom they were about. */
  answerContexts(refusal: string | null = null): readonly string[] {
    const asked = this.effects.filter((effect) => effect.type === 'ask-contexts')
    this.#forget('ask-contexts')
    for (const { pipelineId: id, jobId } of asked)
      this.happen({ type: 'contexts-answered', pipelineId: id, at: this.tick(), jobId, refusal })
    return asked.map(({ contexts, person }) => `${contexts.join()} for ${person.login}`)
  }

  #forget(type: Effect['type']): void {
    const rest = this.effects.filter((effect) => effect.type !== type)
    this.effects.splice(0, this.effects.length, ...rest)
  }

  #start(task: QueuedTask): void {
    this.#started.add(task.taskId)
    const { jobId, pipelineId: id, taskId } = task
    this.happen({
      type: 'task-started',
      pipelineId: id,
      at: this.tick(),
      jobId,
      taskId,
      worker: 'w1',
      outcome: null,
    })
  }

  #slice(event: Event, needs: readonly Needs[]): Slice {
    const all = [...this.workflows.values()].filter((one) => one.pipelineId === event.pipelineId)
    const live = all.filter((workflow) => workflow.supersededBy === null)
    const whole = new Set(
      needs.flatMap((need) =>
        need.whole === 'all' ? live.map((one) => one.id) : (need.whole ?? []),
      ),
    )
    const edges = [...this.edges.values()].flat()
    const known = [...whole].flatMap((id) =>
      [...this.jobs.values()].filter((job) => job.workflowId === id),
    )
    const asked = new Set([
      ...known.map((job) => job.id),
      ...needs.flatMap((need) => need.dependentsOf ?? []),
    ])
    const dependents = new Map(
      [...asked].map((id) => [id, edges.filter((edge) => edge.from === id)]),
    )
    const ids = new Set([
      ...asked,
      ...needs.flatMap((need) => need.jobs ?? []),
      ...[...dependents.values()].flat().map((edge) => edge.to),
    ])
    const jobs = new Map(
      [...ids]
        .flatMap((id) => [...this.jobs.values()].filter((job) => job.id === id))
        .map((job) => [job.id, job]),
    )
    const theirs = new Set([...jobs.values()].map((job) => job.workflowId))
    return {
      pipeline: this.pipelines.get(event.pipelineId) ?? null,
      project: needs.some((need) => need.project) ? this.project : null,
      siblings: this.#siblings(event),
      ...(needs.some((need) => need.block) && { block: this.block }),
      workflows: all.filter((one) => one.supersededBy === null || theirs.has(one.id)),
      jobs,
      dependents,
      whole,
    }
  }

  /** As the store finds them: other pipelines of the commit. */
  #siblings(event: Event): readonly Sibling[] {
    const own = this.pipelines.get(event.pipelineId)?.trigger
    const sha = ('trigger' in event ? event.trigger : own)?.commit.sha
    return [...this.pipelines.values()]
      .filter(({ id, trigger }) => id !== event.pipelineId && trigger.commit.sha === sha)
      .map(({ id, trigger, number }) => ({
        id,
        ref: trigger.ref,
        number,
        beside: scheduleOf(trigger) !== null || pullRequestEventOf(trigger) !== null,
      }))
  }

  #keep(changes: Changes): void {
    // As a database would: what cannot be written as JSON is lost.
    const stored: Changes = { ...changes, jobs: JSON.parse(JSON.stringify(changes.jobs)) }
    if (stored.project) this.project = stored.project
    if (stored.pipeline) this.pipelines.set(stored.pipeline.id, stored.pipeline)
    for (const workflow of stored.workflows) this.workflows.set(workflow.id, workflow)
    for (const job of stored.jobs) this.jobs.set(job.id, job)
    for (const [id, edges] of stored.edges) this.edges.set(id, edges)
  }
}

const outcomes: Record<'success' | 'failed', Outcome> = {
  success: { kind: 'success' },
  failed: {
    kind: 'failed',
    because: '"npm test" exited with code 1',
    step: 'npm test',
    exitCode: 1,
  },
}

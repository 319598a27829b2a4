import type { Block } from '../model/block.ts'
import type { CheckSubject, Effect, Urgency } from '../model/effect.ts'
import type { JobId, WorkflowId } from '../model/ids.ts'
import type { Edge, JobRun, JobStatus, PipelineRun, Project, WorkflowRun } from '../model/run.ts'
import type { Changes, Needs, Slice } from '../model/state.ts'

/** The decision needs rows that were not loaded. `decide` answers with the question and starts anew. */
export class Missing extends Error {
  override readonly name = 'Missing'
  readonly needs: Needs
  constructor(needs: Needs) {
    super('the slice lacks rows that this decision needs')
    this.needs = needs
  }
}

/**
 * A decision in the making: reads see what was already changed, every change is remembered once in its
 * newest version, and the counts of a workflow follow its jobs by themselves.
 */
export class Draft {
  readonly #slice: Slice
  readonly #jobs = new Map<JobId, JobRun>()
  readonly #workflows = new Map<WorkflowId, WorkflowRun>()
  readonly #edges = new Map<WorkflowId, readonly Edge[]>()
  readonly #leaving = new Map<JobId, Edge[]>()
  readonly #effects: Effect[] = []
  readonly #reports = new Map<string, { subject: CheckSubject; urgency: Urgency }>()
  #pipeline: PipelineRun | null = null
  #project: Project | null = null

  constructor(slice: Slice) {
    this.#slice = slice
  }

  get pipeline(): PipelineRun {
    const pipeline = this.#pipeline ?? this.#slice.pipeline
    if (!pipeline) throw new Error('an event names a pipeline that does not exist')
    return pipeline
  }

  /** What keeps new work from beginning. */
  get block(): Block | null {
    const { block } = this.#slice
    if (block === undefined) throw new Missing({ block: true })
    return block
  }

  /** Every run that no re-run has superseded, in the order of the slice; new ones last. */
  get workflows(): readonly WorkflowRun[] {
    const known = this.#slice.workflows.map(
      (workflow) => this.#workflows.get(workflow.id) ?? workflow,
    )
    const ids = new Set(known.map((workflow) => workflow.id))
    const added = [...this.#workflows.values()].filter((workflow) => !ids.has(workflow.id))
    return [...known, ...added].filter((workflow) => workflow.supersededBy === null)
  }

  /** The same as they were before this decision. */
  get workflowsBefore(): readonly WorkflowRun[] {
    return this.#slice.workflows.filter((workflow) => workflow.supersededBy === null)
  }

  workflow(id: WorkflowId): WorkflowRun {
    const found = this.#workflows.get(id) ?? this.#slice.workflows.find((one) => one.id === id)
    if (!found) throw new Error(`workflow ${id} is not in the slice`)
    return found
  }

  job(id: JobId): JobRun {
    const found = this.#jobs.get(id) ?? this.#slice.jobs.get(id)
    if (!found) throw new Missing({ jobs: [id] })
    return found
  }

  /** Null when nothing of that name exists; only for ids that came from outside. */
  findJob(id: JobId): JobRun | null {
    return this.#jobs.get(id) ?? this.#slice.jobs.get(id) ?? null
  }

  /** All jobs of a workflow, in document order. */
  jobsOf(id: WorkflowId): readonly JobRun[] {
    if (!this.#edges.has(id) && !this.#slice.whole.has(id)) throw new Missing({ whole: [id] })
    const newest = new Map([...this.#slice.jobs, ...this.#jobs])
    return [...newest.values()]
      .filter((job) => job.workflowId === id)
      .toSorted((a, b) => a.position - b.position)
  }

  /** The edges that leave each of `ids`; asks for all that are missing at once. */
  dependentsOf(ids: readonly JobId[]): readonly Edge[] {
    const missing = ids.filter((id) => !this.#leaving.has(id) && !this.#slice.dependents.has(id))
    if (missing.length > 0) throw new Missing({ dependentsOf: missing })
    return ids.flatMap((id) => this.#leaving.get(id) ?? this.#slice.dependents.get(id) ?? [])
  }

  putProject(project: Project): void {
    this.#project = project
  }

  putPipeline(pipeline: PipelineRun): void {
    this.#pipeline = pipeline
  }

  putWorkflow(workflow: WorkflowRun): void {
    this.#workflows.set(workflow.id, workflow)
  }

  putJob(job: JobRun): void {
    const before = this.findJob(job.id)
    this.#jobs.set(job.id, job)
    if (before) this.#count(before.workflowId, before.status, -1)
    this.#count(job.workflowId, job.status, 1)
  }

  /** Replaces all edges of a workflow. Its jobs' edges are known from now on, also where there are none. */
  putEdges(id: WorkflowId, jobs: readonly JobId[], edges: readonly Edge[]): void {
    this.#edges.set(id, edges)
    for (const job of jobs) this.#leaving.set(job, [])
    for (const edge of edges) this.#leaving.get(edge.from)?.push(edge)
  }

  effect(effect: Effect): void {
    this.#effects.push(effect)
  }

  /** What GitHub shows of the subject has changed; the most urgent report of one decision stays. */
  report(subject: CheckSubject, urgency: Urgency): void {
    const key = subject.kind === 'job' ? subject.jobId : 'pipeline'
    const earlier = this.#reports.get(key)
    if (!earlier || rank(urgency) < rank(earlier.urgency))
      this.#reports.set(key, { subject, urgency })
  }

  get touchedWorkflows(): readonly WorkflowRun[] {
    return [...this.#workflows.values()]
  }

  changes(): Changes {
    return {
      project: this.#project,
      pipeline: this.#pipeline,
      workflows: [...this.#workflows.values()],
      jobs: [...this.#jobs.values()],
      edges: this.#edges,
    }
  }

  effects(): readonly Effect[] {
    const reports = [...this.#reports.values()].map(
      (report): Effect => ({ type: 'report', ...report }),
    )
    return [...this.#effects, ...reports]
  }

  #count(id: WorkflowId, status: JobStatus, by: number): void {
    const workflow = this.workflow(id)
    const counts = { ...workflow.counts, [status]: workflow.counts[status] + by }
    this.#workflows.set(id, { ...workflow, counts })
  }
}

const rank = (urgency: Urgency): number =>
  ['alarm', 'conclusion', 'progress', 'queued'].indexOf(urgency)

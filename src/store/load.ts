import type { Block } from '../model/block.ts'
import type { Event } from '../model/event.ts'
import type { JobId, PipelineId, WorkflowId } from '../model/ids.ts'
import type { Edge, JobRun, PipelineRun, Project, WorkflowRun } from '../model/run.ts'
import type { Needs, Sibling, Slice } from '../model/state.ts'
import type { Ref, Trigger } from '../model/trigger.ts'
import { blockFor } from './blocks.ts'
import type { Queries } from './database.ts'
import { lockClass } from './locks.ts'
import { type JobRow, jobOf } from './rows.ts'

/** Reads what an event touches, piece by piece; remembers what it read. */
export interface Loader {
  load(needs: Needs): Promise<Slice>
  /** Jobs that are known to be stored. */
  knownJobs(): ReadonlySet<JobId>
}

/** The caller holds the lock of the event's pipeline. */
export function openLoader(queries: Queries, event: Event): Loader {
  const loaded = new Loaded(queries, event)
  return {
    load: async (needs) => {
      await loaded.pipelineAndWorkflows()
      if (needs.project) await loaded.projectAndSiblings()
      if (needs.block) await loaded.standingBlock()
      if (needs.jobs) await loaded.jobsById(needs.jobs)
      if (needs.dependentsOf) await loaded.dependentsOf(needs.dependentsOf)
      if (needs.whole) await loaded.wholeWorkflows(needs.whole)
      return loaded.slice()
    },
    knownJobs: () => new Set(loaded.jobs.keys()),
  }
}

class Loaded {
  readonly #queries: Queries
  readonly #event: Event
  #pipeline: PipelineRun | null | undefined
  #workflows: readonly WorkflowRun[] = []
  #project: Project | null = null
  #siblings: readonly Sibling[] | undefined
  #block: Block | null | undefined
  readonly jobs = new Map<JobId, JobRun>()
  readonly #dependents = new Map<JobId, readonly Edge[]>()
  readonly #whole = new Set<WorkflowId>()

  constructor(queries: Queries, event: Event) {
    this.#queries = queries
    this.#event = event
  }

  /** A copy, so that what was handed out does not change when more is read. */
  slice(): Slice {
    return {
      pipeline: this.#pipeline ?? null,
      project: this.#project,
      siblings: this.#siblings ?? [],
      block: this.#block,
      workflows: this.#workflows,
      jobs: new Map(this.jobs),
      dependents: new Map(this.#dependents),
      whole: new Set(this.#whole),
    }
  }

  async pipelineAndWorkflows(): Promise<void> {
    if (this.#pipeline !== undefined) return
    const id = this.#event.pipelineId
    const rows = await this.#queries.rows<PipelineOrWorkflow>(selectPipeline, [id])
    this.#pipeline = rows.find((row) => row.kind === 'pipeline')?.doc ?? null
    this.#workflows = rows.flatMap((row) => (row.kind === 'workflow' ? [row.doc] : []))
  }

  /** The lock makes pipelines of one project begin one after another, so that each has its number. */
  async projectAndSiblings(): Promise<void> {
    const trigger = this.#trigger()
    if (this.#siblings || !trigger) return
    const { repository, commit } = trigger
    await this.#queries.change(lockProject, [String(repository.id)])
    const [row] = await this.#queries.rows<{ doc: Project }>(selectProject, [repository.id])
    this.#project = row?.doc ?? null
    const commitValues = [repository.id, commit.sha, this.#event.pipelineId]
    this.#siblings = (await this.#queries.rows<SiblingRow>(selectSiblings, commitValues)).map(
      siblingOf,
    )
  }

  async standingBlock(): Promise<void> {
    const trigger = this.#trigger()
    if (this.#block !== undefined || !trigger) return
    this.#block = await blockFor(this.#queries, trigger.repository)
  }

  #trigger(): Trigger | undefined {
    return 'trigger' in this.#event ? this.#event.trigger : this.#pipeline?.trigger
  }

  async jobsById(ids: readonly JobId[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.jobs.has(id))
    if (missing.length === 0) return
    await this.#keep(
      await this.#queries.rows<JobRow>(selectJobs, [missing, this.#event.pipelineId]),
    )
  }

  async dependentsOf(ids: readonly JobId[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#dependents.has(id))
    if (missing.length > 0) {
      this.#connect(missing, await this.#queries.rows<Edge>(selectEdges, [missing]))
    }
    const ends = ids.flatMap((id) => this.#dependents.get(id) ?? []).map(({ to }) => to)
    await this.jobsById([...ids, ...ends])
  }

  async wholeWorkflows(wanted: readonly WorkflowId[] | 'all'): Promise<void> {
    const ids = wanted === 'all' ? this.#newest().map(({ id }) => id) : wanted
    const missing = ids.filter((id) => !this.#whole.has(id))
    if (missing.length === 0) return
    const values = [missing, this.#event.pipelineId]
    const jobs = await this.#queries.rows<JobRow>(selectWorkflowJobs, values)
    await this.#keep(jobs)
    const edges = await this.#queries.rows<Edge>(selectWorkflowEdges, values)
    const jobIds = jobs.map(({ doc }) => doc.id)
    this.#connect(jobIds, edges)
    for (const id of missing) this.#whole.add(id)
  }

  #newest(): readonly WorkflowRun[] {
    return this.#workflows.filter(({ supersededBy }) => supersededBy === null)
  }

  /** With their workflows, which a re-run may have superseded. */
  async #keep(rows: readonly JobRow[]): Promise<void> {
    for (const row of rows) this.jobs.set(row.doc.id, jobOf(row))
    const known = new Set(this.#workflows.map(({ id }) => id))
    const missing = rows.map(({ doc }) => doc.workflowId).filter((id) => !known.has(id))
    if (missing.length === 0) return
    const more = await this.#queries.rows<{ doc: WorkflowRun }>(selectWorkflows, [missing])
    this.#workflows = [...this.#workflows, ...more.map(({ doc }) => doc)]
  }

  #connect(from: readonly JobId[], edges: readonly Edge[]): void {
    const byJob = Map.groupBy(edges, (edge) => edge.from)
    for (const id of from) this.#dependents.set(id, byJob.get(id) ?? [])
  }
}

type PipelineOrWorkflow =
  | { readonly kind: 'pipeline'; readonly doc: PipelineRun }
  | { readonly kind: 'workflow'; readonly doc: WorkflowRun }

const selectPipeline = {
  name: 'select-pipeline',
  text: `
    select 'pipeline' as kind, doc, 0 as place from pipeline where id = $1
    union all
    select 'workflow', doc, place from workflow where pipeline_id = $1 and not superseded
    order by place`,
}

const selectWorkflows = `select doc from workflow where id = any ($1::uuid[]) order by place`

export const lockProject = `select pg_advisory_xact_lock(${lockClass.project}, hashtext($1))`

export const selectProject = `select doc from project where repository_id = $1`

interface SiblingRow {
  readonly id: PipelineId
  readonly kind: Ref['kind']
  readonly name: string
  readonly number: number
  readonly recoveredUpTo: number | null
  readonly beside: boolean
}

const siblingOf = ({ id, kind, name, recoveredUpTo, ...row }: SiblingRow): Sibling => ({
  id,
  ref: { kind, name },
  number: row.number,
  beside: row.beside,
  ...(recoveredUpTo !== null && { recoveredUpTo }),
})

const selectSiblings = `
  select id, ref_kind as kind, ref_name as name, number,
         case when recovered then pushed_at end as "recoveredUpTo",
         schedule is not null or pull_request_event is not null as beside
    from pipeline
   where repository_id = $1 and sha = $2 and id <> $3
   order by number`

const selectJobs = {
  name: 'select-jobs',
  text: `select doc, planned from job where id = any ($1::uuid[]) and pipeline_id = $2`,
}

const selectEdges = {
  name: 'select-edges',
  text: `
    select from_id as "from", to_id as "to", statuses from edge where from_id = any ($1::uuid[])`,
}

const selectWorkflowJobs = `
  select doc, planned from job
   where workflow_id = any ($1::uuid[]) and pipeline_id = $2
   order by workflow_id, position`

const selectWorkflowEdges = `
  select from_id as "from", to_id as "to", statuses
    from edge join job on job.id = edge.from_id
   where workflow_id = any ($1::uuid[]) and pipeline_id = $2`

import type { Block } from './block.ts'
import type { Effect } from './effect.ts'
import type { JobId, PipelineId, WorkflowId } from './ids.ts'
import type { Edge, JobRun, PipelineRun, Project, WorkflowRun } from './run.ts'
import type { Ref } from './trigger.ts'

/**
 * The part of the state that one event can touch, read under the pipeline's lock.
 * What is absent was not loaded; the engine asks for more with `Needs`, it never guesses.
 */
export interface Slice {
  /** Null: this pipeline does not exist (yet). */
  readonly pipeline: PipelineRun | null
  /** With `Needs.project`: the pipeline's project and the other pipelines of its commit. */
  readonly project: Project | null
  readonly siblings: readonly Sibling[]
  /** With `Needs.block`: what keeps new work from beginning; null: nothing does. */
  readonly block?: Block | null | undefined
  /** All workflow runs of the pipeline that no re-run has superseded, and those of the loaded jobs. */
  readonly workflows: readonly WorkflowRun[]
  readonly jobs: ReadonlyMap<JobId, JobRun>
  /** Edges that leave a job; present for every job whose dependents were loaded. */
  readonly dependents: ReadonlyMap<JobId, readonly Edge[]>
  /** Workflows of which every job was loaded. */
  readonly whole: ReadonlySet<WorkflowId>
}

export interface Sibling {
  readonly id: PipelineId
  readonly ref: Ref
  readonly number: number
  /** Its push was found by comparing heads, and every push up to this time is taken for it; see `Trigger.pushedAt`. */
  readonly recoveredUpTo?: number
  /** Of a schedule or of an event of a pull request: it stands beside the push. */
  readonly beside: boolean
}

/** What to read for an event, or to read in addition. */
export interface Needs {
  readonly jobs?: readonly JobId[]
  /** The edges that leave these jobs, and the jobs at their ends. */
  readonly dependentsOf?: readonly JobId[]
  /** Every job and edge of these workflows; `all`: of every workflow that is not superseded. */
  readonly whole?: readonly WorkflowId[] | 'all'
  /** The project (locked) and the other pipelines of the commit. */
  readonly project?: boolean
  /** Whether new work is blocked. */
  readonly block?: boolean
}

/** New versions of what an event changed. Anything absent stays as it is. */
export interface Changes {
  readonly project: Project | null
  readonly pipeline: PipelineRun | null
  readonly workflows: readonly WorkflowRun[]
  readonly jobs: readonly JobRun[]
  /** All edges of these workflows, replacing what was stored. */
  readonly edges: ReadonlyMap<WorkflowId, readonly Edge[]>
}

export type Decision =
  | { readonly kind: 'decided'; readonly changes: Changes; readonly effects: readonly Effect[] }
  | { readonly kind: 'needs'; readonly needs: Needs }

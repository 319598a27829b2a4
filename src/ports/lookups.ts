import type { JobId, PipelineId, WorkflowId } from '../model/ids.ts'
import type { PipelineRun, Project } from '../model/run.ts'
import type { TestResult } from './test-results.ts'

/** How the API finds what it is asked about. Nothing here locks or changes anything. */
export interface Lookups {
  /** The repository that had this name when Sluice saw it last; null: none was ever seen. */
  project(owner: string, name: string): Promise<Project | null>
  /** Of these ids, those that were seen. */
  projectsById(ids: readonly number[]): Promise<readonly Project[]>
  /** Whichever was seen last; null: none was. */
  newestProject(): Promise<Project | null>
  /** By number, the highest first; pages are steady while new ones come. */
  pipelines(page: PipelinePage): Promise<readonly PipelineRun[]>
  pipelineNumbered(repositoryId: number, number: number): Promise<PipelineId | null>
  /** The pipeline that a workflow belongs to. */
  pipelineOf(workflow: WorkflowId): Promise<PipelineId | null>
  /** The build numbers of those that have one. */
  numbersOf(jobs: readonly JobId[]): Promise<ReadonlyMap<JobId, number>>
  jobNumbered(repositoryId: number, number: number): Promise<JobId | null>
  /** The tests of a job in the order in which they were stored. */
  tests(
    job: JobId,
    page: { readonly from: number; readonly limit: number },
  ): Promise<readonly Omit<TestResult, 'flaky'>[]>
}

export interface PipelinePage {
  readonly repositoryId: number
  readonly limit: number
  /** Only lower numbers; null: from the newest on. */
  readonly before: number | null
  /** Only of this branch; null: of any ref. */
  readonly branch: string | null
}

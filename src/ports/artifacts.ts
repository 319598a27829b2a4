import type { JobId, TaskId } from '../model/ids.ts'

/** A file that a job kept for people. */
export interface Artifact {
  /** Task of a parallel job, from 0. */
  readonly index: number
  /** Relative, without `.` and `..`. */
  readonly path: string
  readonly blob: string
  /** Bytes. */
  readonly size: number
}

export interface Artifacts {
  /**
   * Keeps artifacts of the task for thirty days; one of the same path replaces the earlier. False when
   * the claim is old.
   */
  add(task: ArtifactOwner, artifacts: readonly Artifact[]): Promise<boolean>
  /** By task and path, at most `limit`. */
  of(jobId: JobId, limit: number): Promise<ArtifactList>
  find(jobId: JobId, index: number, path: string): Promise<Artifact | null>
}

export interface ArtifactOwner {
  readonly taskId: TaskId
  readonly claim: number
  readonly jobId: JobId
}

export interface ArtifactList {
  readonly artifacts: readonly Artifact[]
  /** How many there are altogether. */
  readonly total: number
}

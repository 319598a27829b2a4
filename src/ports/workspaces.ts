import type { JobId, WorkspaceId } from '../model/ids.ts'

/** What one `persist_to_workspace` kept. Immutable; a workspace is a pile of them. */
export interface Layer {
  readonly jobId: JobId
  readonly jobName: string
  /** Task of a parallel job, from 0. */
  readonly index: number
  /** Order among the layers of one task, from 0. */
  readonly sequence: number
  /** Name of the archive in the blob store. */
  readonly blob: string
  /** Files and links in it, relative to the root, for the conflict rule. */
  readonly paths: readonly string[]
}

export interface Workspaces {
  /** The same layer (job, index, sequence) again replaces the first: a re-attached step may repeat it. */
  add(workspaceId: WorkspaceId, layer: Layer): Promise<void>
  /**
   * Layers of everything that `jobId` requires, directly or not, in an order in which each comes after
   * those it could see; `ancestors` says which jobs each layer's job required in turn, so that the
   * caller can tell ordered from concurrent. Jobs carried over by a re-run stand for their originals.
   */
  upstream(jobId: JobId): Promise<readonly UpstreamLayer[]>
}

export interface UpstreamLayer extends Layer {
  readonly ancestors: readonly JobId[]
}

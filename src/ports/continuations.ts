import type { ContinuationConfig } from '../model/event.ts'
import type { PipelineId } from '../model/ids.ts'

/** Where jobs of a setup workflow say how their pipeline goes on. */
export interface Continuations {
  /**
   * Puts `continued`, of all requests about a pipeline the first one only: for the others it is `taken`.
   * Durable when it resolves. The same request (`by`) again gets the same answer and changes nothing.
   */
  request(wish: ContinuationWish): Promise<ContinuationAnswer>
}

export interface ContinuationWish {
  readonly pipelineId: PipelineId
  /** Names the request among all of the pipeline. */
  readonly by: string
  /** Null: the pipeline is closed. */
  readonly config: ContinuationConfig | null
}

export type ContinuationAnswer = 'accepted' | 'unknown' | 'not-setup' | 'taken' | 'too-late'

/** The secret that a pipeline's setup jobs get, and that alone says which pipeline may be continued. */
export interface ContinuationKeys {
  /** The same for all jobs of the pipeline. */
  keyOf(pipelineId: PipelineId): string
  /** Null: nobody was given this key. Takes the same time however wrong it is. */
  pipelineOf(key: string): PipelineId | null
}

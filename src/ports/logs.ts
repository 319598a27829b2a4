import type { TaskId } from '../model/ids.ts'

/** Names one step's log. */
export interface LogKey {
  readonly taskId: TaskId
  readonly step: number
}

/** Where a log ends that is stored so far. */
export interface LogEnd {
  /** Bytes of the log. */
  readonly size: number
  /** Bytes of what the step printed that the log stands for: more or fewer, since secrets are masked. */
  readonly source: number
}

export interface LogChunk {
  /** Place in the log of its first byte. */
  readonly offset: number
  readonly bytes: Uint8Array
  /** `LogEnd.source` once it is stored. */
  readonly source: number
}

/** Logs as raw bytes by offset, stored in compressed chunks. */
export interface Logs {
  /**
   * The same chunk again changes nothing, so it may be sent again. False when the claim is old. The bytes
   * may be overwritten once this has resolved.
   */
  append(claim: number, key: LogKey, chunk: LogChunk): Promise<boolean>
  /** How far the log has come, without gaps: where a restarted worker goes on. */
  end(key: LogKey): Promise<LogEnd>
  /** Bytes stored so far. */
  size(key: LogKey): Promise<number>
  /** Bytes from `from` on, at most `limit`; empty at the end of what there is. */
  read(key: LogKey, from: number, limit: number): Promise<Uint8Array>
  /** Calls `listener` when the log grew, also from other processes, soon but not at once. Returns the way to stop. */
  watch(key: LogKey, listener: () => void): () => void
}

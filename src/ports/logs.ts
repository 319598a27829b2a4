import type { TaskId } from '../model/ids.ts'

/** Names one step's log. */
export interface LogKey {
  readonly taskId: TaskId
  readonly step: number
}

/** Logs as raw bytes by offset, stored in compressed chunks. */
export interface Logs {
  /**
   * Appends `bytes` at `offset`. The same chunk again changes nothing, so a restarted worker may
   * resend. False when the claim is old.
   */
  append(claim: number, key: LogKey, offset: number, bytes: Uint8Array): Promise<boolean>
  /** Bytes stored so far, without gaps: where a restarted worker goes on. */
  size(key: LogKey): Promise<number>
  /** Bytes from `from` on, at most `limit`; empty at the end of what there is. */
  read(key: LogKey, from: number, limit: number): Promise<Uint8Array>
  /** Calls `listener` when the log grew, also from other processes, soon but not at once. Returns the way to stop. */
  watch(key: LogKey, listener: () => void): () => void
}

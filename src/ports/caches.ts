import type { TaskId } from '../model/ids.ts'

/** Who may see a cache: all pipelines of a repository, but for those of forks, which have scopes of their own. */
export interface CacheScope {
  readonly repositoryId: number
  /** Empty: the repository's own. */
  readonly fork: string
}

/** What one `save_cache` kept. Immutable. */
export interface Cache {
  readonly key: string
  readonly parts: readonly CachePart[]
  /** What people call the run that saved it, e.g. its build number. */
  readonly build: string
}

/** An archive of files below one place. */
export interface CachePart {
  /** `home`: wherever the job that restores it has its home. `root`: absolute paths. */
  readonly base: 'home' | 'root'
  readonly blob: string
  /** Bytes of the archive. */
  readonly size: number
  /** What was asked to be kept, relative to the base. */
  readonly paths: readonly string[]
}

export interface SavedCache extends Cache {
  /** Milliseconds since 1970. */
  readonly savedAt: number
  /** By whom, so that a step that is done again knows its own work. */
  readonly taskId: TaskId
  readonly step: number
}

export interface Caches {
  /** Of the caches whose key begins with `prefix`, the one that was saved last; null: there is none. */
  find(scope: CacheScope, prefix: string): Promise<SavedCache | null>
  /** The cache with this very key. */
  exact(scope: CacheScope, key: string): Promise<SavedCache | null>
  /**
   * Keeps the cache for `days`. False when there is one of this key: the first stays, also when several
   * save at once.
   */
  save(scope: CacheScope, cache: Cache, by: CacheWriter): Promise<boolean>
}

export interface CacheWriter {
  readonly taskId: TaskId
  /** Place in the task. */
  readonly step: number
  readonly days: number
}

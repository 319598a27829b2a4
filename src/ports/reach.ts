import type { PipelineId } from '../model/ids.ts'
import type { Repository } from '../model/trigger.ts'

/** A repository that ever began a pipeline. */
export interface KnownRepository {
  /** As it was named last, with the installation that gave access to it last. */
  readonly repository: Repository
  /** Whether a config was ever found. */
  readonly usesSluice: boolean
  /** Why the App cannot write to it; null: it can. */
  readonly closed: Closing | null
}

export interface Closing {
  /** Ends a sentence that begins with "the App". */
  readonly because: string
  /** Whether what runs is stopped. False where the repository can still be read, and is only put to rest. */
  readonly cancel: boolean
}

/**
 * Which repositories the App can reach, and what they are called now. Of a closed one no check is sent and
 * no schedule fires until it is open again; then all that was wanted meanwhile is sent.
 */
export interface Reach {
  repositories(): Promise<readonly KnownRepository[]>
  /** Null: it never began a pipeline. */
  byId(repositoryId: number): Promise<KnownRepository | null>
  /** It is there, and this is what it is called: names and installation change everywhere at once. */
  open(repository: Repository): Promise<void>
  /** Puts `access-lost` for each of its pipelines that have not ended. False: it was closed so already. */
  close(repositoryId: number, closing: Closing, at: number): Promise<boolean>
  /** Installations that GitHub asked to wait. */
  resting(): Promise<ReadonlySet<number>>
}

/** What is remembered of a branch. */
export interface KnownHead {
  readonly branch: string
  /** The newest head that needs nothing more; null: none yet. */
  readonly settled: { readonly sha: string; readonly at: number } | null
  /** A head without a pipeline, and since when it is known, in milliseconds since 1970. */
  readonly open: { readonly sha: string; readonly since: number } | null
}

/** The newest pushes to a branch that have pipelines. */
export interface NewestPush {
  readonly branch: string
  readonly pipelineId: PipelineId
  readonly sha: string
  /** When GitHub took it, by its clock, in milliseconds since 1970. */
  readonly pushedAt: number
}

export interface HeadLook {
  /** The newest push that GitHub told of at that time; null: something was open. */
  readonly pushedAt: number | null
  /** Milliseconds since 1970. */
  readonly lookedAt: number
  readonly heads: readonly KnownHead[]
}

/** The heads of branches, as they were seen last. */
export interface Heads {
  /** Null: nobody has looked yet. */
  last(repositoryId: number): Promise<HeadLook | null>
  /** Of each branch the pushes at its newest time and all to the commit given with it. */
  pushes(repositoryId: number, tips: readonly Tip[]): Promise<readonly NewestPush[]>
  /** Takes the place of what was remembered. */
  save(repositoryId: number, look: HeadLook): Promise<void>
}

export interface Tip {
  readonly branch: string
  readonly sha: string
}

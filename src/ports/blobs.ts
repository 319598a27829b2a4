import type { Readable } from 'node:stream'

/** Immutable bytes by the name of their content: caches, artifacts and the layers of workspaces. */
export interface Blobs {
  /**
   * Stores the stream and returns its name; nothing is kept when the stream fails. Durable when it
   * resolves, and safe from `sweep` for long enough to be referred to. Rejects with `NoRoom`.
   */
  put(content: Readable): Promise<StoredBlob>
  /** Rejects with `BlobMissing`; the stream fails when the content does not match its name. */
  get(blob: string): Promise<Readable>
}

export interface StoredBlob {
  readonly blob: string
  /** Bytes of the content, not of what it takes to keep it. */
  readonly size: number
}

/** What keeps the store from growing for ever. */
export interface BlobKeeping {
  /** Bytes that everything takes up now. */
  usage(): Promise<number>
  /** Whether nearly all that the operator allows is taken up. */
  nearlyFull(): Promise<boolean>
  /**
   * Removes the blobs that nobody refers to, and what killed processes left half done. Only what was
   * there before `referenced` was asked is removed, and nothing that was put lately: whoever stores a
   * blob first and its reference then never loses it.
   */
  sweep(referenced: () => Promise<ReadonlySet<string>>): Promise<Swept>
}

export interface Swept {
  readonly blobs: number
  readonly bytes: number
  /** Half-written files. */
  readonly drafts: number
}

/** Who knows what the blobs are for. */
export interface BlobReferences {
  /** Lets go of caches, artifacts and layers whose time is over. Returns how many. */
  expire(): Promise<number>
  /**
   * Lets go of some of the oldest caches, of those that are old enough for `sweep`. Returns how many; 0: there
   * are no more.
   */
  dropOldCaches(): Promise<number>
  /** The names of all blobs that something refers to. */
  referenced(): Promise<ReadonlySet<string>>
}

/** The blob was removed, or never was. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing'
}

/** The operator allows no more, or not as much at once. Says what to do. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom'
}

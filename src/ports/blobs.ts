import type { Readable } from 'node:stream'

/** Immutable bytes by the name of their content. Workspaces now; caches and artifacts later. */
export interface Blobs {
  /** Stores the stream and returns its name; nothing is kept when the stream fails. Durable when it resolves. */
  put(content: Readable): Promise<{ readonly blob: string; readonly size: number }>
  /** Rejects when there is no such blob; the stream fails when the content does not match its name. */
  get(blob: string): Promise<Readable>
}

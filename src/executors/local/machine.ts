import type { FurnishedFile } from '../../ports/executor.ts'
import type { Shells } from '../shell.ts'
import type { Isolation } from './isolation.ts'

/** What the parts of the local executor know about the machine they are on. */
export interface Machine {
  /** Absolute, without symbolic links. */
  readonly dataDir: string
  readonly isolation: Isolation
  /** What hides the data directory from jobs; see `coverFor`. */
  readonly cover: string
  readonly shells: Shells
  /** PATH of jobs and of our own helpers. */
  readonly path: string
  /** What every environment has below its TMPDIR. */
  readonly furnishing: readonly FurnishedFile[]
}

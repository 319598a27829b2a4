import type { Result } from '../model/result.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContinuationKeys, Continuations } from '../ports/continuations.ts'
import type { Executor } from '../ports/executor.ts'
import type { GitHub } from '../ports/github.ts'
import type { Log } from '../ports/log.ts'
import type { Logs } from '../ports/logs.ts'
import type { Regex } from '../ports/regex.ts'
import type { Steps, Tasks } from '../ports/tasks.ts'
import type { Workspaces } from '../ports/workspaces.ts'

/** The text of a config, and the file it is from. */
export interface NamedConfig {
  readonly file: string
  readonly text: string
}

/** What the worker works with. */
export interface Tools {
  readonly tasks: Tasks
  readonly steps: Steps
  readonly logs: Logs
  readonly workspaces: Workspaces
  readonly blobs: Blobs
  readonly executor: Executor
  readonly github: Pick<GitHub, 'cloneAccess'>
  readonly continuations: Continuations
  readonly continuationKeys: Pick<ContinuationKeys, 'keyOf'>
  readonly regex: Regex
  /** Makes one config of several; a problem is told as a sentence. */
  readonly combine: (configs: readonly NamedConfig[]) => Result<string, string>
  readonly clock: Clock
  readonly log: Log
  /** Where people reach the dashboard, without a slash at the end. */
  readonly publicUrl: string
  readonly limits: Limits
}

export interface Limits {
  /** How long a job may run, in milliseconds. */
  readonly jobMs: number
  /** How much a step may print. */
  readonly logBytes: number
  /** Between asking a step to end and ending it, in milliseconds. */
  readonly graceMs: number
}

/** CircleCI's five hours and ten seconds; the limit of the output keeps one `yes` from filling the disk. */
export const usualLimits: Limits = {
  jobMs: 5 * 60 * 60 * 1000,
  logBytes: 256 * 1024 * 1024,
  graceMs: 10_000,
}

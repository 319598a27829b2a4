import type { Result } from '../model/result.ts'
import type { Artifacts } from '../ports/artifacts.ts'
import type { Blobs } from '../ports/blobs.ts'
import type { BuildNumbers } from '../ports/build-numbers.ts'
import type { Caches } from '../ports/caches.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContinuationKeys, Continuations } from '../ports/continuations.ts'
import type { Executor } from '../ports/executor.ts'
import type { GitHub } from '../ports/github.ts'
import type { Log } from '../ports/log.ts'
import type { Logs } from '../ports/logs.ts'
import type { Regex } from '../ports/regex.ts'
import type { JobSecrets } from '../ports/secrets.ts'
import type { Steps, Tasks } from '../ports/tasks.ts'
import type { TestResults } from '../ports/test-results.ts'
import type { Workspaces } from '../ports/workspaces.ts'
import type { LogLimits } from './log-cap.ts'

/** The text of a config, and the file it is from. */
export interface NamedConfig {
  readonly file: string
  readonly text: string
}

/** What the worker works with. */
export interface Tools {
  /** The worker's, for people: on the dashboard, in each job's first step and in the outcome of a lost job. */
  readonly name: string
  readonly tasks: Tasks
  readonly steps: Steps
  readonly logs: Logs
  readonly workspaces: Workspaces
  readonly buildNumbers: BuildNumbers
  readonly caches: Caches
  readonly artifacts: Artifacts
  readonly testResults: TestResults
  readonly blobs: Blobs
  readonly executor: Executor
  readonly github: Pick<GitHub, 'cloneAccess'>
  readonly continuations: Continuations
  readonly continuationKeys: Pick<ContinuationKeys, 'keyOf'>
  readonly secrets: JobSecrets
  readonly regex: Regex
  /** Makes one config of several; a problem is told as a sentence. */
  readonly combine: (configs: readonly NamedConfig[]) => Result<string, string>
  readonly clock: Clock
  readonly log: Log
  /** Where people reach the dashboard, without a slash at the end. */
  readonly publicUrl: string
  /** Whose jobs may have a Docker engine: `owner/name` or `owner/*`; absent: nobody's. */
  readonly remoteDocker?: readonly string[]
  readonly limits: Limits
}

export interface Limits {
  /** How long a job may run, in milliseconds. */
  readonly jobMs: number
  /** How much a step may print, in bytes, before it is ended. */
  readonly outputBytes: number
  /** How much of it is stored. */
  readonly log: LogLimits
  /** Between asking a step to end and ending it, in milliseconds. */
  readonly graceMs: number
}

const mebibyte = 1024 * 1024

/** CircleCI's five hours and ten seconds; the limit of the output keeps one `yes` from filling the disk. */
export const usualLimits: Limits = {
  jobMs: 5 * 60 * 60 * 1000,
  outputBytes: 4 * 1024 * mebibyte,
  log: { most: 256 * mebibyte, tail: mebibyte },
  graceMs: 10_000,
}

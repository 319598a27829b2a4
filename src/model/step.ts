import type { Where } from './diagnostic.ts'

/** When a step runs, given what happened before it in its job. */
export type StepWhen = 'on_success' | 'on_fail' | 'always'

interface StepBase {
  /** What people see; for a run without a name, its command. */
  readonly name: string
  readonly when: StepWhen
  /** Where the config says it. */
  readonly where: Where
}

export interface RunStep extends StepBase {
  readonly type: 'run'
  readonly command: string
  /** Words of the shell; null: the job's shell, else the default of the environment. */
  readonly shell: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly background: boolean
  /** Relative to the job's working directory; null: the job's own. */
  readonly workingDirectory: string | null
  /** Silence after which the step is stopped, in milliseconds. */
  readonly noOutputTimeoutMs: number
}

export interface CheckoutStep extends StepBase {
  readonly type: 'checkout'
  /** Null: the job's working directory. */
  readonly path: string | null
  readonly method: 'blobless' | 'full' | 'shallow'
  /** Commits to fetch; only with `shallow`. */
  readonly depth: number | null
}

export interface PersistToWorkspaceStep extends StepBase {
  readonly type: 'persist_to_workspace'
  readonly root: string
  readonly paths: readonly string[]
}

export interface AttachWorkspaceStep extends StepBase {
  readonly type: 'attach_workspace'
  readonly at: string
}

/** A step as a worker runs it: every template resolved, every call expanded. */
export type Step = RunStep | CheckoutStep | PersistToWorkspaceStep | AttachWorkspaceStep

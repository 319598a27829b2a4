import type { Readable } from 'node:stream'
import type { JobBody } from '../model/plan.ts'

/**
 * Where the steps of a task run.
 *
 * Order of calls: `prepare` (or `attach` after a restart), then `run` for one step after another with
 * `signal`, `exec`, `putTar` and `getTar` in between, at last `dispose`. A step is started detached in
 * the environment; whoever follows it may die and come back without a byte or exit code being lost.
 * Everything but `run` may be called at any time after `prepare`; `dispose` at any time, also twice, also
 * after a failed `prepare`. Below this interface an environment always ends by itself when nobody comes
 * back for it.
 */
export interface Executor {
  readonly kind: 'local' | 'docker' | 'kubernetes' | 'fake'
  /** Probed by really running something, never by looking for a binary. */
  health(): Promise<ExecutorHealth>
  /**
   * Makes the environment. A second call for the same `id` adopts what is there.
   * Rejects with `EnvironmentLost` when the infrastructure is at fault, with `EnvironmentRefused` when the
   * job asks for what cannot be had.
   */
  prepare(
    spec: EnvironmentSpec,
    signal: AbortSignal,
    around?: Surroundings,
  ): Promise<EnvironmentHandle>
  /** The environment of an earlier process; null when it is gone. */
  attach(id: string): Promise<EnvironmentHandle | null>
  /** Ids of all environments that exist here, for the sweep. */
  list(): Promise<readonly string[]>
  /** Lets go of everything without ending what runs. */
  close(): Promise<void>
}

export interface ExecutorHealth {
  readonly isolation: 'container' | 'sandbox' | 'uid' | 'mounts' | 'none'
  /** One line for the first step of each job, e.g. who it runs as and what it can see. */
  readonly summary: string
  /** What an operator should mend, each one sentence. */
  readonly warnings: readonly string[]
}

export interface EnvironmentSpec {
  /** The task's id; names the environment, so that it can be found again. */
  readonly id: string
  readonly runsIn: JobBody['runsIn']
  /** Where steps start, `~` not yet expanded. Created if missing. */
  readonly workingDirectory: string
  /** After this many milliseconds the environment ends by itself. */
  readonly lifetimeMs: number
  /** How much of the machine the job may use, as CircleCI names it; null: as much as there is. */
  readonly resourceClass: string | null
}

/** A file that every environment of an executor has from the beginning, where that is cheap to do. */
export interface FurnishedFile {
  /** Below its TMPDIR. */
  readonly path: string
  readonly text: string
  /** Permissions; it belongs to the job's user, as do the directories that lead to it. */
  readonly mode: number
}

/** What the making of an environment needs beside its description, and never keeps. */
export interface Surroundings {
  /** Tells people how far it is, a line at a time without its end. */
  readonly tell: (line: string) => void
  /** What `$NAME` stands for in the login of a registry. */
  readonly variables: Readonly<Record<string, string>>
}

export interface StepSpec {
  /** Unique in the environment: begun at most once, however often it is asked for. */
  readonly id: string
  readonly script: string
  /** Complete: nothing is inherited but what the environment itself needs. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute, `~/…`, or relative to the working directory; null: the working directory. */
  readonly cwd: string | null
  /** Words; the script's file is appended. Null: bash -eo pipefail, or sh -eo pipefail where there is no bash. */
  readonly shell: readonly string[] | null
}

export type StepOutcome =
  /** `code` is 128+n when signal n ended it; `because`: what the environment knows about a failure. */
  | { readonly kind: 'exited'; readonly code: number; readonly because?: string }
  /** Infrastructure; never shown as the user's exit code. */
  | { readonly kind: 'lost'; readonly because: string }

export interface EnvironmentHandle {
  readonly id: string
  /** Values that only the environment knows: HOME, USER, PATH, BASH_ENV, … */
  readonly env: Readonly<Record<string, string>>
  /** Whether it had the files from the beginning with which its executor furnishes environments; absent: no. */
  readonly furnished?: boolean
  /** Absolute path inside the environment; `~` means the job's home. */
  resolve(path: string): string
  /**
   * Begins the step at most once, then yields its output from byte `from` on, stdout and stderr as they
   * came, and returns how it ended. Pull-based: a slow reader slows nothing down but itself.
   * Aborting `signal` ends the following (the generator throws the signal's reason), not the step.
   * Throws `EnvironmentRefused` when the environment ends, and always would, by what the job asks for.
   */
  run(
    step: StepSpec,
    options: { readonly from: number; readonly signal: AbortSignal },
  ): AsyncGenerator<Uint8Array, StepOutcome, void>
  /** Begins the step at most once and does not follow it. */
  begin(step: StepSpec): Promise<void>
  /** To the step and all its children. Does nothing when it has ended. */
  signal(stepId: string, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Unpacks a tar into `directory`, which is created; entries that would leave it are refused. */
  putTar(directory: string, tar: Readable): Promise<void>
  /** Packs `paths` (relative to `base`, directories with all below) as a tar. */
  getTar(base: string, paths: readonly string[]): Promise<Readable>
  /** Names below `directory` (relative, files, links and directories), for globs; rejects when it is no directory. */
  listFiles(
    directory: string,
  ): Promise<readonly { readonly path: string; readonly directory: boolean }[]>
  /**
   * Whether there is something of this name below the home or TMPDIR. Only where that costs next to
   * nothing, since it is asked after each step; elsewhere `listFiles` answers.
   */
  exists?(path: string): Promise<boolean>
  /** What runs beside the steps, in the order of the config; absent where nothing does. */
  readonly services?: readonly Service[]
  /** A Docker engine of its own that the environment can have; absent where it cannot. */
  readonly engine?: EngineAside
  /** Ends every process of the environment and removes it. Idempotent. */
  dispose(): Promise<void>
}

/** A container beside the one that the steps run in. */
export interface Service {
  /** For people: its image, and its name if it has one. */
  readonly title: string
  /**
   * What it has printed so far, from byte `from` on, and until it or the environment ends what it prints.
   * Aborting `signal` ends the following.
   */
  log(options: { readonly from: number; readonly signal: AbortSignal }): AsyncGenerator<Uint8Array>
}

/** A Docker engine beside the steps, for this environment alone; it ends with it. */
export interface EngineAside {
  /** Starts it unless it runs; resolves when it takes commands. Rejects as `prepare` does. */
  start(options: {
    readonly tell: Surroundings['tell']
    readonly signal: AbortSignal
  }): Promise<void>
  /** With which the steps after that find it. */
  readonly variables: Readonly<Record<string, string>>
}

/** The infrastructure failed, not the user's command. */
export class EnvironmentLost extends Error {
  override readonly name = 'EnvironmentLost'
}

/** No job can run here until the operator changes something; `health` has told so with a warning. */
export class JobsRefused extends EnvironmentLost {}

/** The job asks for an environment that is not to be had, today or tomorrow: the job fails. */
export class EnvironmentRefused extends Error {
  override readonly name = 'EnvironmentRefused'
}

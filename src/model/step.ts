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
  /** How often the step is tried again after it failed; 0: never. */
  readonly maxAutoReruns: number
  /** Between two tries, in milliseconds. */
  readonly autoRerunDelayMs: number
  /** The old step `deploy`: of several tasks of a job only the first runs it. */
  readonly firstTaskOnly: boolean
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

export interface SaveCacheStep extends StepBase {
  readonly type: 'save_cache'
  /** May hold `{{ }}` templates, which are filled when the step runs. */
  readonly key: string
  readonly paths: readonly string[]
}

export interface RestoreCacheStep extends StepBase {
  readonly type: 'restore_cache'
  /** Prefixes, tried in order; as in `save_cache` they may hold templates. */
  readonly keys: readonly string[]
}

export interface StoreArtifactsStep extends StepBase {
  readonly type: 'store_artifacts'
  readonly path: string
  /** Null: the path itself. */
  readonly destination: string | null
}

export interface StoreTestResultsStep extends StepBase {
  readonly type: 'store_test_results'
  /** A file, or a folder whose `*.xml` are taken. */
  readonly path: string
}

export interface AddSshKeysStep extends StepBase {
  readonly type: 'add_ssh_keys'
  /** Null: every key of the project. */
  readonly fingerprints: readonly string[] | null
}

export interface SetupRemoteDockerStep extends StepBase {
  readonly type: 'setup_remote_docker'
  readonly version: string | null
  readonly dockerLayerCaching: boolean
}

export interface InstallSigningBundleStep extends StepBase {
  readonly type: 'install_signing_bundle'
}

/** Ours, for the native orb `circleci/continuation`: says how the pipeline of a setup config goes on. */
export interface ContinuePipelineStep extends StepBase {
  readonly type: 'continue_pipeline'
  /** Null: the pipeline is closed. */
  readonly config: ContinuationFile | null
}

/** What a setup job continues its pipeline with; files are those of the job's environment. */
export interface ContinuationFile {
  readonly path: string
  /** A file that lists which config files it was made of, to call it by their names; null: none. */
  readonly madeOf: string | null
  /** JSON of the parameters, or a file that holds it. */
  readonly parameters: string
  /** A parameter that gets the lines of a file; null: none does. */
  readonly lines: { readonly parameter: string; readonly path: string } | null
}

/** Ours, for `circleci/path-filtering`: turns the changed files into parameters and a list of configs. */
export interface FilterPathsStep extends StepBase {
  readonly type: 'filter_paths'
  readonly baseRevision: string
  /** Lines of `PATTERN PARAMETER VALUE CONFIG`, of which some may be absent; or a file that holds them. */
  readonly mapping: string
  /** Patterns of files that do not count, one a line; or a file that holds them. */
  readonly exclude: string
  /** The config when no matching line names one. */
  readonly configPath: string
  /** On the base revision itself, compare with the commit before; false: nothing has changed. */
  readonly sameBaseRun: boolean
  /** Where the parameters are written, as JSON. */
  readonly outputPath: string
}

/** Ours, for `circleci/path-filtering`: makes one config of those that a file lists, one a line. */
export interface CombineConfigsStep extends StepBase {
  readonly type: 'combine_configs'
  readonly listPath: string
  readonly outputPath: string
}

/** A step as a worker runs it: every template resolved, every call expanded. */
export type Step =
  | RunStep
  | CheckoutStep
  | PersistToWorkspaceStep
  | AttachWorkspaceStep
  | SaveCacheStep
  | RestoreCacheStep
  | StoreArtifactsStep
  | StoreTestResultsStep
  | AddSshKeysStep
  | SetupRemoteDockerStep
  | InstallSigningBundleStep
  | ContinuePipelineStep
  | FilterPathsStep
  | CombineConfigsStep

import type { Diagnostic, Where } from './diagnostic.ts'
import type { CommitSha } from './ids.ts'
import type { EndStatus } from './status.ts'
import type { Step } from './step.ts'
import type { Scalar } from './trigger.ts'

/** A compiled pipeline: every value resolved, safe to store as JSON. */
export interface Plan {
  /** Version of this shape, so that a newer program can read an older stored plan. */
  readonly version: 1
  readonly source: { readonly file: string; readonly sha: CommitSha | null }
  /** Not null: `setup: true`, so that one of its jobs may continue the pipeline with another config. */
  readonly setup: Setup | null
  /** Orbs by reference as written (`circleci/node@5`), each with the exact version that was used. */
  readonly orbs: Readonly<Record<string, string>>
  readonly workflows: readonly PlannedWorkflow[]
  readonly notSelected: readonly NotSelected[]
  /** When workflows run by themselves on the event's branch, whether or not this event starts them. */
  readonly schedules: readonly PlannedSchedule[]
  /** Warnings, hints and notes; a plan has no errors. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface Setup {
  /** Parameters to which the trigger gave other values than the default: a continuation must not. */
  readonly taken: readonly string[]
}

export interface PlannedSchedule {
  readonly workflow: string
  /** Five fields in UTC, with one space between them. */
  readonly cron: string
}

/** A workflow or job that this event does not start, and the line that says so. */
export interface NotSelected {
  readonly name: string
  readonly because: string
  readonly where: Where
}

export interface PlannedWorkflow {
  readonly name: string
  /** Why this event starts it. */
  readonly because: string
  readonly where: Where
  /** In the order of the document; every requirement is one of them. */
  readonly jobs: readonly PlannedJob[]
  readonly notSelected: readonly NotSelected[]
  /** How often a failed run is followed by an automatic one from the failed jobs; 0: never. */
  readonly maxAutoReruns: number
}

export type JobType = 'build' | 'approval' | 'no-op' | 'release' | 'lock' | 'unlock'

export interface Requirement {
  readonly job: string
  readonly statuses: readonly EndStatus[]
}

export interface PlannedJob {
  /** Unique in its workflow; what the check is called. */
  readonly name: string
  /** The key under `jobs`. */
  readonly job: string
  readonly type: JobType
  readonly requires: readonly Requirement[]
  readonly contexts: readonly string[]
  readonly matrix: Readonly<Record<string, Scalar>> | null
  /** How many tasks run it at once; 1 unless `parallelism` says more. */
  readonly parallelism: number
  /** Jobs of one group, of whatever pipeline, run one after the other. */
  readonly serialGroup: string | null
  readonly where: Where
  /** What its tasks run; null for types that run nothing. */
  readonly body: JobBody | null
}

export interface JobBody {
  readonly runsIn: RunsIn
  /** Where steps start; `~` stands for the job's home. */
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
  /** Words of the shell for steps that name none; null: the default of the environment. */
  readonly shell: string | null
  readonly resourceClass: string | null
  /** How long its caches are kept; null: as the server says. */
  readonly cacheRetentionDays: number | null
  readonly steps: readonly Step[]
}

/** What the config asks to run in. */
export type RunsIn =
  | { readonly kind: 'docker'; readonly images: readonly DockerImage[] }
  | {
      readonly kind: 'machine'
      readonly image: string | null
      readonly dockerLayerCaching: boolean
    }
  | { readonly kind: 'macos'; readonly xcode: string }

export interface DockerImage {
  readonly image: string
  readonly name: string | null
  readonly entrypoint: readonly string[] | null
  readonly command: readonly string[] | null
  readonly user: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly auth: RegistryAuth | null
}

/** How to log in to an image's registry; texts may name variables of the project as `$NAME`. */
export type RegistryAuth =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'aws'; readonly accessKeyId: string; readonly secretAccessKey: string }
  | { readonly kind: 'aws-oidc'; readonly roleArn: string }
  | {
      readonly kind: 'gcp-oidc'
      readonly serviceAccount: string
      readonly identityPool: string
      readonly identityProvider: string
    }

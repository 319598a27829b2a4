import type { Clock } from '../ports/clock.ts'
import type { Executor } from '../ports/executor.ts'
import type { AskGitHub } from '../ports/github-rest.ts'

/** What the doctor looks at, and with what. */
export interface DoctorParts {
  readonly needs: Needs
  /** One sentence a setting that is wrong or missing. */
  readonly mistakes: readonly string[]
  /** Null: its settings are wrong or missing. */
  readonly app: AppKey | null
  /** Null: not set. */
  readonly publicUrl: string | null
  readonly hasSecretsKey: boolean
  /** Address of GitHub's pages, without a slash at the end. */
  readonly web: string
  readonly dataDirectory: string
  readonly database: () => Promise<DatabaseState>
  readonly executor: Pick<Executor, 'kind' | 'health'>
  /** Whether jobs may run where nothing isolates them. */
  readonly unisolatedOk: boolean
  readonly ask: AskGitHub
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  /** Have GitHub repeat a ping, and wait for its answer. */
  readonly ping: boolean
}

/** What `app.yml` asks of GitHub. */
export interface Needs {
  /** Level by permission. */
  readonly permissions: Readonly<Record<string, string>>
  readonly events: readonly string[]
  /** Where deliveries are taken, below the public URL. */
  readonly hookPath: string
}

export interface AppKey {
  readonly appId: number
  /** PEM. */
  readonly privateKey: string
}

export type DatabaseState =
  | { readonly kind: 'ready'; readonly what: string }
  /** The one that Sluice brings along, before its first start. */
  | { readonly kind: 'not-made' }
  | { readonly kind: 'not-migrated'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }

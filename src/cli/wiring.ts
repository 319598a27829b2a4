import type { TriggerFacts } from '../compile/facts.ts'
import type { Result } from '../model/result.ts'
import type { ConfigIo } from './config-io.ts'
import type { SecretRequest } from './secret-request.ts'
import type { BlockRequest, TokenRequest } from './token-request.ts'
import type { Remote } from './trigger.ts'

/** Null: not given. */
export interface SetupOptions {
  /** Where GitHub and people will reach Sluice. */
  readonly url: string | null
  /** The organization that will own the App. */
  readonly org: string | null
  /** Where the settings go. */
  readonly file: string | null
  readonly listen: { readonly host: string; readonly port: number } | null
}

export interface DoctorOptions {
  readonly json: boolean
  /** Have GitHub repeat a ping, and wait for its answer. */
  readonly ping: boolean
}

/**
 * What the commands need from the rest of the program; `main.ts` makes it, so that this folder depends on
 * no adapter and a command loads only what it runs. Commands resolve to their exit code.
 */
export interface Wiring {
  /** Of Sluice, as `--version` prints it. */
  readonly version: string
  readonly io: ConfigIo
  /** The facts of a webhook payload, for `--payload`; a problem when it would start no pipeline. */
  payloadFacts(payload: unknown): Promise<Result<TriggerFacts, string>>
  /** `workers`: tasks at once in this process, 0 for none; null: as the settings say. */
  serve(options: { readonly workers: number | null }): Promise<number>
  work(): Promise<number>
  migrate(): Promise<number>
  /** The value of a secret, from a terminal or standard input. Rejects with `WrongCall`. */
  readSecret(name: string): Promise<string>
  secret(request: SecretRequest): Promise<number>
  token(request: TokenRequest): Promise<number>
  block(request: BlockRequest): Promise<number>
  /** Which server to talk to, and as whom: what was given, else what the environment says. Rejects with `WrongCall`. */
  remote(given: { readonly server: string | null; readonly token: string | null }): Promise<Remote>
  demo(options: { readonly once: boolean }): Promise<number>
  setup(options: SetupOptions): Promise<number>
  doctor(options: DoctorOptions): Promise<number>
}

import type { EnvironmentHandle } from '../../ports/executor.ts'
import type { ClaimedTask } from '../../ports/tasks.ts'
import type { Control } from '../control.ts'
import type { LogWriter } from '../log-writer.ts'
import type { Masking } from '../mask/mask.ts'
import type { Tools } from '../tools.ts'

/** What a step has at hand. */
export interface StepContext {
  readonly tools: Tools
  readonly control: Control
  readonly task: ClaimedTask
  readonly environment: EnvironmentHandle
  /** Place in the task; names the step in the environment too. */
  readonly index: number
  readonly log: LogWriter
  /** For what is shown to people beside the log. */
  readonly masking: Masking
  /** Bytes of its output that the stored log stands for, when an earlier process had begun it. */
  readonly from: number
  readonly variables: Readonly<Record<string, string>>
  /** Private keys of the project by the names of its secrets. */
  readonly sshKeys: Readonly<Record<string, string>>
}

export type StepEnd =
  | { readonly kind: 'success' }
  /** The user's: by its exit code, or for the reason in the message. */
  | { readonly kind: 'failed'; readonly exitCode: number | null; readonly message: string | null }
  /** The job had to end; `Control` knows why. */
  | { readonly kind: 'halted' }
  /** Ours. */
  | { readonly kind: 'lost'; readonly because: string }

/** What a built-in step tells people, as lines of its log. */
export const say = (context: Pick<StepContext, 'log'>, line: string): Promise<void> =>
  context.log.write(Buffer.from(`${line}\n`))

export const succeeded: StepEnd = { kind: 'success' }

/** A failure of a built-in step, which has no exit code but a reason. */
export const refused = (message: string): StepEnd => ({ kind: 'failed', exitCode: null, message })

/** How a step ended. Only `failed` is the user's own. */
export type StepResult =
  | { readonly kind: 'success'; readonly exitCode: number | null; readonly message: string | null }
  /** Without an exit code the message says what was wrong. */
  | { readonly kind: 'failed'; readonly exitCode: number | null; readonly message: string | null }
  /** The job's time was over: nothing runs after it, not even `always`. */
  | { readonly kind: 'out-of-time'; readonly message: string }
  | { readonly kind: 'canceled' }
  /** Infrastructure. */
  | { readonly kind: 'lost'; readonly because: string }

export const success: StepResult = { kind: 'success', exitCode: null, message: null }
export const failed = (message: string): StepResult => ({ kind: 'failed', exitCode: null, message })

/** What was found out about one thing. */
export interface Finding {
  /** Names the thing; scripts may look for it. */
  readonly check: string
  /** `unknown`: it could not be looked at. */
  readonly verdict: 'ok' | 'warning' | 'problem' | 'unknown'
  /** What is so, and why that matters, in one sentence or two. */
  readonly message: string
  /** What to do and where; null: nothing. */
  readonly action: string | null
}

export const fine = (check: string, message: string): Finding => ({
  check,
  verdict: 'ok',
  message,
  action: null,
})

export const warning = (check: string, message: string, action: string): Finding => ({
  check,
  verdict: 'warning',
  message,
  action,
})

export const problem = (check: string, message: string, action: string): Finding => ({
  check,
  verdict: 'problem',
  message,
  action,
})

export const unknown = (check: string, message: string, action: string): Finding => ({
  check,
  verdict: 'unknown',
  message,
  action,
})

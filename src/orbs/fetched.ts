import type { PublishedOrb } from '../ports/orb-cache.ts'

/** What came of asking for an orb. */
export type Fetched =
  | (PublishedOrb & { readonly kind: 'found' })
  | Missing
  /** There is no answer. `passing`: it may be another one in a moment. */
  | { readonly kind: 'trouble'; readonly because: string; readonly passing: boolean }

/** There is an answer, and it is no. */
export interface Missing {
  readonly kind: 'missing'
  readonly message: string
  readonly hint: string | null
}

export const missing = (message: string, hint: string | null = null): Missing => ({
  kind: 'missing',
  message,
  hint,
})

export const trouble = (because: string, passing: boolean): Fetched => ({
  kind: 'trouble',
  because,
  passing,
})

/** Why a request failed, in a few words. `fetch` itself says little; its cause does. */
export function troubleOf(error: unknown, timeoutMs: number): Fetched {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return trouble(`no answer within ${timeoutMs / 1000} s`, true)
  const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error
  return trouble(reasonOf(cause), true)
}

/** Node reports a host with several addresses as several errors under one that says nothing. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

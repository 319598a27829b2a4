import { GitHubUnavailable } from '../ports/github.ts'
import { plainText } from './text.ts'

/** Why a request to GitHub gave no result. */
export type Failure =
  /** GitHub asks us to wait. */
  | { readonly kind: 'limited'; readonly message: string; readonly waitMs: number }
  /** No answer, or GitHub is broken: what was asked for may have happened. */
  | { readonly kind: 'unanswered'; readonly message: string }
  /** GitHub has understood and said no: what was asked for has not happened. */
  | { readonly kind: 'refused'; readonly message: string; readonly status: number }

/** What GitHub's texts recommend when it does not say how long. */
const unsaidWaitMs = 60_000
const longestWaitMs = 3_600_000

/** Reads an error that a call of Octokit threw. `now` is milliseconds since 1970. */
export function failureOf(error: unknown, now: number): Failure {
  const message = plainText(error instanceof Error ? error.message : String(error), 500)
  if (error instanceof GitHubUnavailable && error.retryAfterMs !== null)
    return { kind: 'limited', message, waitMs: error.retryAfterMs }
  const answer = answerIn(error)
  if (answer === null || answer.status >= 500) return { kind: 'unanswered', message }
  if (isLimit(answer, message))
    return { kind: 'limited', message, waitMs: waitOf(answer.headers, now) }
  return { kind: 'refused', message, status: answer.status }
}

/** The same failure for those who only ask: try again later. */
export function unavailable(error: unknown, doing: string, now: number): GitHubUnavailable {
  if (error instanceof GitHubUnavailable) return error
  const failure = failureOf(error, now)
  const status = failure.kind === 'refused' ? ` (${failure.status})` : ''
  const wait = failure.kind === 'limited' ? failure.waitMs : null
  return new GitHubUnavailable(`${doing}: ${failure.message}${status}`, wait, { cause: error })
}

type Headers = Readonly<Record<string, unknown>>

interface Answer {
  readonly status: number
  readonly headers: Headers
}

/** Octokit gives lost answers the status 500 as well; only real ones have a response. */
function answerIn(error: unknown): Answer | null {
  if (!(error instanceof Error) || !('response' in error)) return null
  const { response } = error
  if (typeof response !== 'object' || response === null) return null
  if (!('status' in response) || typeof response.status !== 'number') return null
  const headers = 'headers' in response ? response.headers : null
  return { status: response.status, headers: isHeaders(headers) ? headers : {} }
}

const isHeaders = (value: unknown): value is Headers => typeof value === 'object' && value !== null

function isLimit({ status, headers }: Answer, message: string): boolean {
  if (status === 429) return true
  if (status !== 403) return false
  return (
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit/i.test(message)
  )
}

function waitOf(headers: Headers, now: number): number {
  const seconds = Number(headers['retry-after'])
  const reset = Number(headers['x-ratelimit-reset'])
  const exhausted = headers['x-ratelimit-remaining'] === '0'
  if (seconds > 0) return within(seconds * 1000)
  return exhausted && reset > 0 ? within(reset * 1000 - now + 1000) : unsaidWaitMs
}

const within = (ms: number): number => Math.min(Math.max(ms, 1000), longestWaitMs)

import { GitHubUnavailable } from '../ports/github.ts'
import type { AskGitHub, RestQuestion } from '../ports/github-rest.ts'
import { createFetch } from './fetch.ts'
import { plainText } from './text.ts'

export interface RestOptions {
  /** Host and port of a GitHub Enterprise Server; null: github.com. */
  readonly gheHost: string | null
  readonly gheProtocol: string
  readonly requestTimeoutMs: number
}

/** Asks without Probot: no App is needed, nothing is repeated, and every answer is given back as it is. */
export function createRest({ gheHost, gheProtocol, requestTimeoutMs }: RestOptions): AskGitHub {
  const base = gheHost === null ? 'https://api.github.com' : `${gheProtocol}://${gheHost}/api/v3`
  const ask = createFetch(requestTimeoutMs)
  return async (question) => {
    try {
      const response = await ask(base + question.path, requestOf(question))
      const { status, headers } = response
      return { status, body: jsonOf(await response.text()), time: timeOf(headers.get('date')) }
    } catch (error) {
      throw new GitHubUnavailable(reasonOf(error), null, { cause: error })
    }
  }
}

const requestOf = ({ method, token }: RestQuestion): RequestInit => ({
  method,
  // Whoever is sent elsewhere would take the token, or the code in the address, along.
  redirect: 'error',
  headers: {
    accept: 'application/vnd.github+json',
    'user-agent': 'sluice',
    ...(token !== null && { authorization: `Bearer ${token}` }),
  },
})

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function timeOf(date: string | null): number | null {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? null : time
}

/** `fetch` only says that it failed; why stands in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause
  return plainText(inner instanceof Error ? inner.message : String(inner), 300)
}

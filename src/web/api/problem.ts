type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 416 | 429 | 503

/** Ends a request with this answer. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: ProblemStatus
  /** Seconds after which it may be tried again; null: there is nothing to wait for. */
  readonly retryAfter: number | null
  constructor(status: ProblemStatus, message: string, retryAfter: number | null = null) {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
  }
}

export const notFound = (what: string): ApiProblem =>
  new ApiProblem(404, `There is no such ${what}.`)

/** GitHub's REST API, plainly: for making the App and for examining it, before anything else works. */
export interface RestQuestion {
  readonly method: 'GET' | 'POST'
  /** With a slash in front, already encoded. */
  readonly path: string
  /** A JWT of the App or a token of an installation; null: as nobody. */
  readonly token: string | null
}

export interface RestAnswer {
  /** Of any kind: a refusal is an answer too. */
  readonly status: number
  /** Null when it is no JSON. From outside: check before use. */
  readonly body: unknown
  /** GitHub's own time, milliseconds since 1970; null when it did not say. */
  readonly time: number | null
}

/** Rejects with `GitHubUnavailable` when there was no answer. */
export type AskGitHub = (question: RestQuestion) => Promise<RestAnswer>

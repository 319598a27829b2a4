import { randomBytes } from 'node:crypto'
import { GitHubUnavailable } from '../ports/github.ts'
import type { AskGitHub } from '../ports/github-rest.ts'
import { type Credentials, convert } from './conversion.ts'
import { SetupFailed } from './failure.ts'
import { sameSecret } from './guard.ts'
import { donePage, problemPage } from './page.ts'

/** One answer to a browser. */
export interface Page {
  readonly status: number
  readonly html: string
  /** To be set; null: none. */
  readonly cookie: string | null
  /** Everything is done: nothing more will be answered. */
  readonly last: boolean
}

export interface VisitParts {
  readonly ask: AskGitHub
  /** Address of GitHub's pages. */
  readonly web: string
  readonly file: string
  /** The first page for who opened the address, with the state that GitHub shall bring back. */
  readonly start: (state: string, base: string) => string
  /** Keeps what GitHub gave out. Rejects with `SetupFailed`, and may be tried again. */
  readonly keep: (app: Credentials) => Promise<void>
}

/** The way of one person through making one App. */
export interface Visit {
  /** Stands in the address that is printed; opens the first page for one browser only. */
  readonly token: string
  /** `base`: our address as the browser knows it. */
  first(token: string, cookie: string, base: string): Page
  /** GitHub has sent the browser back. */
  back(state: string, code: string): Promise<Page>
}

/**
 * The token is good for one browser, which is known again by a cookie; the state, which only that browser
 * was shown, for one App. Whatever is wrong changes nothing, so that strangers cannot end a visit.
 */
export function startVisit({ ask, web, file, start, keep }: VisitParts): Visit {
  const [token, state, browser] = [secret(), secret(), secret()]
  let opened = false
  let phase: 'open' | 'busy' | 'done' = 'open'
  let app: Credentials | null = null

  const finish = async (code: string): Promise<Page> => {
    if (!app) {
      const converted = await convert(ask, web, code)
      if (!converted.ok) return problem(502, converted.problem)
      app = converted.value
    }
    await keep(app)
    phase = 'done'
    return { status: 200, html: donePage(app, file), cookie: null, last: true }
  }

  return {
    token,
    first: (given, cookie, base) => {
      const known = sameSecret(cookie, browser)
      if (!sameSecret(given, token)) return problem(403, unknownAddress)
      if (opened && !known) return problem(403, usedAddress)
      opened = true
      return { status: 200, html: start(state, base), cookie: browser, last: false }
    },
    back: async (givenState, code) => {
      if (!opened || !sameSecret(givenState, state)) return problem(403, foreignState)
      if (!/^[\w-]{1,255}$/.test(code)) return problem(400, noCode)
      if (phase !== 'open') return problem(409, usedCode)
      phase = 'busy'
      try {
        return await finish(code)
      } catch (error) {
        return problem(502, problemOf(error, app))
      } finally {
        if (phase === 'busy') phase = 'open'
      }
    },
  }
}

const secret = (): string => randomBytes(32).toString('base64url')

const problem = (status: number, text: string): Page => ({
  status,
  html: problemPage(text),
  cookie: null,
  last: false,
})

function problemOf(error: unknown, app: Credentials | null): string {
  if (error instanceof GitHubUnavailable)
    return `GitHub did not answer (${error.message}). Reload this page to try again; if GitHub then does not know the code, delete the App on its page and begin again.`
  if (error instanceof SetupFailed && app)
    return `The App is made, but its settings could not be written: ${error.message}. Mend that and reload this page; \`sluice setup\` keeps the credentials until it ends.`
  throw error
}

const unknownAddress =
  'This is not the whole address: open the one that `sluice setup` printed, with its token.'
const usedAddress =
  'This address was opened in another browser already, and is good for one only. If that was not you, stop `sluice setup`; to go on, start it again.'
const foreignState =
  'This answer does not belong to the App that is being made here. Nothing was done. Open the address that `sluice setup` printed.'
const noCode = 'GitHub sent no code along. Nothing was done.'
const usedCode = 'This code was used already. Nothing more was done.'

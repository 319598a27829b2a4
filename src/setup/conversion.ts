import { createPrivateKey } from 'node:crypto'
import { err, ok, type Result } from '../model/result.ts'
import type { AskGitHub, RestAnswer } from '../ports/github-rest.ts'

/** What GitHub gives out about a new App, once. */
export interface Credentials {
  readonly appId: number
  readonly slug: string
  /** The App's public page, without a slash at the end. */
  readonly page: string
  readonly clientId: string
  readonly clientSecret: string
  readonly webhookSecret: string
  /** PEM. */
  readonly privateKey: string
}

/**
 * Exchanges the code that GitHub gave the browser for the App's credentials. `web` is the address of
 * GitHub's pages. The problem is one sentence that repeats nothing of what GitHub answered. Rejects with
 * `GitHubUnavailable`: the code may or may not be used up.
 */
export async function convert(
  ask: AskGitHub,
  web: string,
  code: string,
): Promise<Result<Credentials, string>> {
  const path = `/app-manifests/${encodeURIComponent(code)}/conversions`
  const answer = await ask({ method: 'POST', path, token: null })
  if (answer.status !== 201) return err(refusalOf(answer))
  const credentials = credentialsIn(answer.body, web)
  return credentials
    ? ok(credentials)
    : err(
        'GitHub answered with something that is no App. Nothing was written. Delete the App on its page if it was made, and begin again.',
      )
}

function refusalOf({ status }: RestAnswer): string {
  if (status === 404 || status === 422)
    return `GitHub does not know this code (${status}): codes are good once and for an hour. Begin again at the address that \`sluice setup\` printed.`
  return `GitHub refused to give out the App's credentials (${status}). Reload this page to try again; the code is good for an hour.`
}

/** Secrets of GitHub's are of these characters, which need no quoting in a settings file. */
const word = /^[\w.-]{1,255}$/

/** Null unless all of it is what it should be: it goes into a file of settings and into a page. */
function credentialsIn(body: unknown, web: string): Credentials | null {
  const at = (key: string): unknown =>
    typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined
  const text = (key: string, shape: RegExp): string | null => {
    const value = at(key)
    return typeof value === 'string' && shape.test(value) ? value : null
  }
  const id = at('id')
  const appId = typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : null
  const slug = text('slug', /^[\w-]{1,100}$/)
  const page = text('html_url', /^[\x21-\x7e]{1,500}$/)
  const clientId = text('client_id', word)
  const clientSecret = text('client_secret', word)
  const webhookSecret = text('webhook_secret', word)
  const privateKey = text('pem', /^-----BEGIN [A-Z ]+-----\r?\n/)
  if (!appId || !slug || !page || !clientId || !clientSecret || !webhookSecret || !privateKey)
    return null
  if (!isBelow(page, web) || !isRsaKey(privateKey)) return null
  return {
    appId,
    slug,
    page: new URL(page).href,
    clientId,
    clientSecret,
    webhookSecret,
    privateKey,
  }
}

const isBelow = (page: string, web: string): boolean =>
  URL.canParse(page) && new URL(page).origin === new URL(web).origin

function isRsaKey(pem: string): boolean {
  try {
    return pem.length < 20_000 && createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false
  }
}

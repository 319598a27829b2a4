import { largest, textOf } from './body.ts'
import { type Fetched, type Missing, missing, trouble, troubleOf } from './fetched.ts'

export interface UrlSettings {
  /** `https://` URLs; an orb is fetched only from them and from below them. */
  readonly allowed: readonly string[]
  readonly timeoutMs: number
}

const mostRedirects = 5

/** Why a URL must not be asked; null: it may be. */
export const refusal = (url: URL, allowed: readonly string[]): Missing | null =>
  isAllowed(url, allowed)
    ? null
    : missing(
        `${url.href} is not below an address from which orbs may be fetched`,
        `The setting SLUICE_ORB_URLS names those addresses; one that would do is ${url.origin}/. Or write the orb into the config, under orbs.`,
      )

/**
 * Fetches an orb from a URL that is allowed. Redirects are followed as long as they stay within what is
 * allowed, so that a server which is trusted with orbs cannot make us ask others, our own network included.
 */
export async function fetchUrl(start: URL, settings: UrlSettings): Promise<Fetched> {
  const signal = AbortSignal.timeout(settings.timeoutMs)
  try {
    let url = start
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const refused = refusal(url, settings.allowed)
      if (refused !== null) return hop === 0 ? refused : redirectedOut(start, url)
      const response = await fetch(url, { redirect: 'manual', signal })
      const target = targetOf(response, url)
      if (target === null) return await read(response, start)
      await response.body?.cancel()
      url = target
    }
    return trouble(`more than ${mostRedirects} redirects`, false)
  } catch (error) {
    return troubleOf(error, settings.timeoutMs)
  }
}

/** By scheme, host and whole path segments: `https://host/a` allows `https://host/a/b`, not `https://host/ab`. */
function isAllowed(url: URL, allowed: readonly string[]): boolean {
  // A server may take %2f for a slash, and so climb out of a path with dots that we did not see.
  if (/%2f|%5c/i.test(url.pathname)) return false
  return allowed.some((one) => {
    const prefix = new URL(one)
    const folder = prefix.pathname.endsWith('/') ? prefix.pathname : `${prefix.pathname}/`
    const inside = url.pathname === prefix.pathname || url.pathname.startsWith(folder)
    return url.origin === prefix.origin && inside
  })
}

function targetOf(response: Response, base: URL): URL | null {
  const location = response.headers.get('location')
  if (response.status < 300 || response.status >= 400 || location === null) return null
  return new URL(location, base)
}

const redirectedOut = (from: URL, to: URL): Missing =>
  missing(
    `${from.href} redirects to ${to.origin}, beyond the addresses from which orbs may be fetched`,
    'The setting SLUICE_ORB_URLS names those addresses.',
  )

async function read(response: Response, url: URL): Promise<Fetched> {
  if (response.status === 200) return await orbIn(response, url)
  await response.body?.cancel()
  if (response.status === 404 || response.status === 410)
    return missing(`there is nothing at ${url.href}`)
  return trouble(`HTTP ${response.status}`, response.status === 429 || response.status >= 500)
}

async function orbIn(response: Response, { href }: URL): Promise<Fetched> {
  const text = await textOf(response, largest)
  return text === null
    ? missing(`what is at ${href} is larger than ${largest} bytes`)
    : { kind: 'found', version: href, text }
}

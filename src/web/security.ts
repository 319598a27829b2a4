import type { MiddlewareHandler } from 'hono'

const harmless = ['GET', 'HEAD', 'OPTIONS']

const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** What is shown here comes from strangers: no scripts, no frames, no guesses about types. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  // What is served as a stranger's own file brings stricter ones.
  for (const [name, value] of Object.entries(headers))
    if (!c.res.headers.has(name)) c.header(name, value)
}

/** A page of somebody else must not make a visitor's browser change anything here. */
export const refuseOtherSites: MiddlewareHandler = async (c, next) => {
  const site = c.req.header('sec-fetch-site') ?? 'none'
  if (harmless.includes(c.req.method) || ['same-origin', 'none'].includes(site)) return next()
  return c.text('This was asked for by a page of another site.\n', 403)
}

import { type KeyObject, verify } from 'node:crypto'
import type { World } from '../world.ts'
import { Refusal } from './refusal.ts'

/** How far an App's clock may be off, in seconds. */
const slack = 60
const longest = 600

/** Checks an App's JWT as GitHub does. Throws the refusal. */
export const checkAppJwt = (world: World, jwt: string): void => {
  const claims = readSigned(jwt, world.app.publicKey)
  if (!claims) throw new Refusal(401, 'A JSON web token could not be decoded')
  const now = world.clock.now() / 1000
  const { iat, exp, iss } = claims
  if (typeof iat !== 'number' || iat > now + slack) {
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  }
  if (typeof exp !== 'number' || exp < now - slack) {
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (exp > now + longest + slack) {
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
  }
  if (String(iss) !== String(world.app.id) && iss !== world.app.clientId) {
    throw new Refusal(404, 'Integration not found')
  }
}

/** The claims, if the text is an RS256 JWT by the key's owner. */
const readSigned = (jwt: string, key: KeyObject): Record<string, unknown> | null => {
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const algorithm = parsePart(header)?.['alg']
  if (algorithm !== 'RS256') return null
  const signed = Buffer.from(`${header}.${claims}`)
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) return null
  return parsePart(claims)
}

const parsePart = (part: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}

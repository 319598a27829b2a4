import { sign } from 'node:crypto'
import type { AppKey } from './parts.ts'

/** A proof that we have the App's key, good for nine minutes from `now` (milliseconds since 1970). */
export function appJwt({ appId, privateKey }: AppKey, now: number): string {
  const seconds = Math.floor(now / 1000)
  // A minute back: the two clocks are never quite the same.
  const claims = { iat: seconds - 60, exp: seconds + 480, iss: appId }
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

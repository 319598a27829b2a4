import type { Grant, World } from '../world.ts'
import { checkAppJwt } from './jwt.ts'
import { Refusal } from './refusal.ts'
import { findGrant } from './tokens.ts'

export const suspended = (): Refusal => new Refusal(403, 'This installation has been suspended')

export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly grant: Grant }
  | { readonly kind: 'anonymous' }

/** Whom an `Authorization` header speaks for. Throws 401 when it is wrong. */
export const authenticate = (world: World, header: string | undefined): Caller => {
  if (header === undefined) return { kind: 'anonymous' }
  const [, credential] = /^(?:bearer|token) (\S+)$/i.exec(header) ?? []
  if (credential === undefined) throw new Refusal(401, 'Bad credentials')
  if (credential.startsWith('ghs_')) {
    const grant = findGrant(world, credential)
    if (!grant) throw new Refusal(401, 'Bad credentials')
    if (grant.installation.suspension) throw suspended()
    return { kind: 'installation', grant }
  }
  checkAppJwt(world, credential)
  return { kind: 'app' }
}

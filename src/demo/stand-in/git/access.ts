import { findPerson, mayPush, roleIn } from '../people.ts'
import { findGrant, grantCovers, grants } from '../rest/tokens.ts'
import type { Person, Repository, World } from '../world.ts'

export type GitAccess =
  /** `person`: whom a push is by; null for readers without a name. */
  | { readonly kind: 'granted'; readonly person: Person | null }
  | { readonly kind: 'unauthenticated' }
  /** Known, but not for this. */
  | { readonly kind: 'refused'; readonly because: string }

/** Whether who sent this `Authorization` header may read, or push to, the repository. */
export const gitAccess = (
  world: World,
  repository: Repository,
  header: string | undefined,
  pushes: boolean,
): GitAccess => {
  if (header === undefined) {
    const open = !repository.private && !pushes
    return open ? { kind: 'granted', person: null } : { kind: 'unauthenticated' }
  }
  const [login = '', secret = ''] = parseBasic(header)
  if (secret.startsWith('ghs_')) return tokenAccess(world, repository, secret, pushes)
  const person = findPerson(world, login)
  if (!person || person.password !== secret) return { kind: 'unauthenticated' }
  return personAccess(repository, person, pushes)
}

const parseBasic = (header: string): readonly string[] => {
  const [, encoded = ''] = /^basic (\S+)$/i.exec(header) ?? []
  return Buffer.from(encoded, 'base64').toString().split(/:(.*)/s, 2)
}

const tokenAccess = (
  world: World,
  repository: Repository,
  token: string,
  pushes: boolean,
): GitAccess => {
  const grant = findGrant(world, token)
  if (!grant) return { kind: 'unauthenticated' }
  if (!grantCovers(grant, repository)) return { kind: 'refused', because: 'Repository not found.' }
  if (!grants(grant.permissions, 'contents', pushes ? 'write' : 'read')) return writeRefused
  return { kind: 'granted', person: world.app.bot }
}

const personAccess = (repository: Repository, person: Person, pushes: boolean): GitAccess => {
  const role = roleIn(repository, person)
  if (role === 'none') return { kind: 'refused', because: 'Repository not found.' }
  return pushes && !mayPush(role) ? writeRefused : { kind: 'granted', person }
}

const writeRefused: GitAccess = {
  kind: 'refused',
  because: 'Write access to repository not granted.',
}

import { createHmac, randomBytes } from 'node:crypto'
import { covers } from '../installations.ts'
import type { Grant, Installation, Permissions, Repository, World } from '../world.ts'
import { Refusal } from './refusal.ts'

const lifeMs = 3_600_000
const mostRepositories = 500

/** What a token shall be narrowed to; what is absent is not narrowed. */
export interface TokenBody {
  readonly repositories?: readonly string[]
  readonly repository_ids?: readonly number[]
  readonly permissions?: Permissions
}

export const grantToken = (
  world: World,
  installation: Installation,
  body: TokenBody,
): { readonly token: string; readonly grant: Grant } => {
  const grant: Grant = {
    installation,
    repositoryIds: narrowRepositories(world, installation, body),
    permissions: narrowPermissions(installation, body.permissions),
    expiresAt: world.clock.now() + lifeMs,
  }
  const token = makeToken(world.app.id, installation.id, grant.expiresAt)
  world.grants.set(token, grant)
  return { token, grant }
}

/** The grant behind a token that is known and not too old. */
export const findGrant = (world: World, token: string): Grant | null => {
  const grant = world.grants.get(token)
  if (!grant || !world.installations.includes(grant.installation)) return null
  return grant.expiresAt > world.clock.now() ? grant : null
}

export const grantCovers = (grant: Grant, repository: Repository): boolean =>
  covers(grant.installation, repository) &&
  (grant.repositoryIds === null || grant.repositoryIds.includes(repository.id))

const rank = ['read', 'write', 'admin']

/** Whether `level` is included in what is granted under `permission`. Everybody has metadata: read. */
export const grants = (permissions: Permissions, permission: string, level: string): boolean => {
  const granted = permissions[permission] ?? (permission === 'metadata' ? 'read' : '')
  return rank.indexOf(granted) >= rank.indexOf(level)
}

const narrowRepositories = (
  world: World,
  installation: Installation,
  { repositories, repository_ids }: TokenBody,
): readonly number[] | null => {
  if (!repositories && !repository_ids) return null
  const own = world.repositories.filter((repository) => covers(installation, repository))
  const wanted = [
    ...(repository_ids ?? []).map((id) => own.find((one) => one.id === id)),
    ...(repositories ?? []).map((name) => own.find((one) => one.name === name)),
  ]
  const ids = wanted.flatMap((repository) => (repository ? [repository.id] : []))
  if (ids.length < wanted.length || ids.length > mostRepositories) {
    throw new Refusal(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    )
  }
  return ids
}

const narrowPermissions = (
  installation: Installation,
  wanted: Permissions | undefined,
): Permissions => {
  const tooMuch = Object.entries(wanted ?? {}).some(
    ([permission, level]) => !grants(installation.permissions, permission, level),
  )
  if (tooMuch) {
    throw new Refusal(422, 'The permissions requested are not granted to this installation.')
  }
  return wanted ? { metadata: 'read', ...wanted } : installation.permissions
}

/** The long form that GitHub has given out since April 2026: `ghs_`, the App's id, a JWT. */
const makeToken = (appId: number, installationId: number, expiresAt: number): string => {
  const claims = { installation_id: installationId, exp: Math.floor(expiresAt / 1000) }
  const nonce = { jti: randomBytes(96).toString('base64url') }
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...claims, ...nonce })}`
  const signature = createHmac('sha256', randomBytes(32)).update(text).digest('base64url')
  return `ghs_${appId}_${text}.${signature}`
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

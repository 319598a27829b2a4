import type { Owner } from './owner.ts'

/** How our containers and networks are told from others, and from those of another data directory. */
export const labels = {
  owner: 'sluice.data',
  environment: 'sluice.environment',
  role: 'sluice.role',
  workingDirectory: 'sluice.working-directory',
  memory: 'sluice.memory',
  title: 'sluice.service',
} as const

/** Names that come from outside must not lead elsewhere. */
const idShape = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/

/** Throws when `name` could not be part of a container's name or a path. */
export function checked(what: string, name: string): string {
  if (!idShape.test(name)) throw new Error(`${JSON.stringify(name)} cannot name a ${what}`)
  return name
}

/** The name of an environment's primary container. One that is not finished yet bears another. */
export const primaryName = (owner: Owner, id: string): string =>
  `sluice-${owner.slice(0, 8)}-${checked('environment', id)}`

export const unfinishedName = (owner: Owner, id: string): string =>
  `${primaryName(owner, id)}-making`

/** A filter for what is ours, or only one environment's. */
export function filterFor(owner: Owner, id?: string): string {
  const label = [
    `${labels.owner}=${owner}`,
    ...(id === undefined ? [] : [`${labels.environment}=${id}`]),
  ]
  return encodeURIComponent(JSON.stringify({ label }))
}

import { ownerNamed } from './people.ts'
import type { Installation, Permissions, Repository, World } from './world.ts'

export interface NewInstallation {
  /** Login of the organisation or user; made when missing. */
  readonly account: string
  /** Names of its repositories, or all it has and will have. Default `all`. */
  readonly repositories?: 'all' | readonly string[]
  /** Default: what the App asks for. */
  readonly permissions?: Permissions
  /** Default: what the App asks for. */
  readonly events?: readonly string[]
}

export const addInstallation = (world: World, wanted: NewInstallation): Installation => {
  const installation: Installation = {
    id: world.nextId('installation'),
    account: ownerNamed(world, wanted.account),
    repositories: wanted.repositories ?? 'all',
    suspension: null,
    permissions: wanted.permissions ?? world.app.permissions,
    events: wanted.events ?? world.app.events,
    createdAt: world.clock.now(),
  }
  world.installations.push(installation)
  return installation
}

/** The installation that covers the repository, if any. */
export const installationOf = (world: World, repository: Repository): Installation | null =>
  world.installations.find((installation) => covers(installation, repository)) ?? null

export const covers = (installation: Installation, repository: Repository): boolean =>
  installation.account.id === repository.owner.id &&
  (installation.repositories === 'all' || installation.repositories.includes(repository.name))

import { covers, installationOf } from './installations.ts'
import { ownerNamed } from './people.ts'
import { emit } from './webhooks/emit.ts'
import { emitInstallation, emitRepositories } from './webhooks/emit-installation.ts'
import type { Installation, Person, Repository, World } from './world.ts'

/**
 * What owners do to repositories and to the App's installation. Repositories are named `owner/name`. Each
 * resolves when the webhooks that it caused were answered or have failed.
 */
export interface Owners {
  rename(repository: string, name: string, login: string): Promise<void>
  /** Checks and pipelines go along; the App hears of it where it is installed at the new owner's. */
  transfer(repository: string, owner: string, login: string): Promise<void>
  delete(repository: string, login: string): Promise<void>
  /** GitHub's description has no webhook of it, so none is sent. */
  archive(repository: string, archived: boolean): void
  /** Tells the App of an installation that is there. */
  install(installation: Installation, login: string): Promise<void>
  suspend(installation: Installation, login: string): Promise<void>
  unsuspend(installation: Installation, login: string): Promise<void>
  uninstall(installation: Installation, login: string): Promise<void>
  /** Makes the installation one of these repositories only; names without owner. */
  choose(installation: Installation, names: readonly string[], login: string): Promise<void>
}

type OfInstallations = 'install' | 'suspend' | 'unsuspend' | 'uninstall' | 'choose'

export const makeOwners = (world: World): Owners => ({
  ...ofRepositories(world),
  ...ofInstallations(world),
})

const ofRepositories = (world: World): Omit<Owners, OfInstallations> => ({
  rename: async (fullName, name, login) => {
    const repository = repositoryNamed(world, fullName)
    const from = repository.name
    renameIn(world, repository, name)
    const payload = { changes: { repository: { name: { from } } } }
    await emit(world, { ...about(world, repository, login), action: 'renamed', payload })
  },
  transfer: async (fullName, owner, login) => {
    const repository = repositoryNamed(world, fullName)
    const before = repository.owner
    move(repository, ownerNamed(world, owner), repository.name)
    const kind = before.type === 'Organization' ? 'organization' : 'user'
    const from = { [kind]: { login: before.login, id: before.id } }
    const payload = { changes: { owner: { from } } }
    await emit(world, { ...about(world, repository, login), action: 'transferred', payload })
  },
  delete: async (fullName, login) => {
    const repository = repositoryNamed(world, fullName)
    const told = emit(world, { ...about(world, repository, login), action: 'deleted', payload: {} })
    world.repositories.splice(world.repositories.indexOf(repository), 1)
    repository.objects.close()
    await told
  },
  archive: (fullName, archived) => {
    repositoryNamed(world, fullName).archived = archived
  },
})

const ofInstallations = (world: World): Pick<Owners, OfInstallations> => ({
  install: (installation, login) => {
    const repositories = world.repositories.filter((one) => covers(installation, one))
    const sender = ownerNamed(world, login)
    return emitInstallation(world, { installation, action: 'created', sender, repositories })
  },
  suspend: async (installation, login) => {
    const sender = ownerNamed(world, login)
    installation.suspension = { at: world.clock.now(), by: sender }
    await emitInstallation(world, { installation, action: 'suspend', sender })
  },
  unsuspend: async (installation, login) => {
    installation.suspension = null
    await emitInstallation(world, {
      installation,
      action: 'unsuspend',
      sender: ownerNamed(world, login),
    })
  },
  uninstall: async (installation, login) => {
    world.installations.splice(world.installations.indexOf(installation), 1)
    await emitInstallation(world, {
      installation,
      action: 'deleted',
      sender: ownerNamed(world, login),
    })
  },
  choose: async (installation, names, login) => {
    const before = world.repositories.filter((one) => covers(installation, one))
    installation.repositories = names
    const after = world.repositories.filter((one) => covers(installation, one))
    const sender = ownerNamed(world, login)
    const removed = before.filter((one) => !after.includes(one))
    const added = after.filter((one) => !before.includes(one))
    await emitRepositories(world, { installation, sender, removed, added })
  },
})

const about = (world: World, repository: Repository, login: string) => ({
  event: 'repository',
  repository,
  sender: ownerNamed(world, login),
})

const repositoryNamed = (world: World, fullName: string): Repository => {
  const found = world.repositories.find((one) => one.fullName === fullName)
  if (!found) throw new Error(`there is no ${fullName}`)
  return found
}

/** Installations of chosen repositories keep them. */
const renameIn = (world: World, repository: Repository, name: string): void => {
  const installation = installationOf(world, repository)
  if (installation && installation.repositories !== 'all')
    installation.repositories = installation.repositories.map((one) =>
      one === repository.name ? name : one,
    )
  move(repository, repository.owner, name)
}

const move = (repository: Repository, owner: Person, name: string): void => {
  repository.formerNames.push(repository.fullName)
  repository.owner = owner
  repository.name = name
  repository.fullName = `${owner.login}/${name}`
}

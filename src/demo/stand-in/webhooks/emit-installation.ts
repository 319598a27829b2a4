import { description } from '../description/description.ts'
import type { JsonObject } from '../description/schema.ts'
import { installationShape } from '../shapes/app.ts'
import { userShape } from '../shapes/user.ts'
import type { Installation, Person, Repository, World } from '../world.ts'

interface InstallationHappening {
  readonly installation: Installation
  readonly action: string
  readonly sender: Person
  /** Those that the payload lists. */
  readonly repositories?: readonly Repository[]
}

/** Tells the App about itself: these need no permission and no subscription. */
export const emitInstallation = (world: World, happening: InstallationHappening): Promise<void> =>
  send(world, 'installation', happening, {
    ...(happening.repositories && { repositories: happening.repositories.map(briefly) }),
  })

interface Chosen {
  readonly installation: Installation
  readonly sender: Person
  readonly removed: readonly Repository[]
  readonly added: readonly Repository[]
}

export const emitRepositories = async (
  world: World,
  { removed, added, ...about }: Chosen,
): Promise<void> => {
  const lists = {
    repository_selection: 'selected',
    repositories_added: added.map(briefly),
    repositories_removed: removed.map(briefly),
    requester: null,
  }
  const tell = (action: string) =>
    send(world, 'installation_repositories', { ...about, action }, lists)
  if (removed.length > 0) await tell('removed')
  if (added.length > 0) await tell('added')
}

const briefly = (repository: Repository): JsonObject => ({
  id: repository.id,
  node_id: `R_${repository.id}`,
  name: repository.name,
  full_name: repository.fullName,
  private: repository.private,
})

const send = async (
  world: World,
  event: string,
  { installation, action, sender }: InstallationHappening,
  more: JsonObject,
): Promise<void> => {
  const schema = description().webhook(event, action)
  if (!schema) throw new Error(`GitHub's description has no webhook ${event}.${action}`)
  const filled = description().fill(schema, {
    action,
    ...more,
    installation: installationShape(world.url, world.app, installation),
    sender: userShape(world.url, sender),
  })
  for (const error of description().errors(schema, filled))
    world.violations.push(
      `webhook ${event}.${action}: ${error.instancePath} ${error.message ?? ''}`,
    )
  await world.courier.send({
    event,
    action,
    installationId: installation.id,
    repositoryId: null,
    payload: JSON.stringify(filled),
  })
}

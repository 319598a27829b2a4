import { description } from '../description/description.ts'
import type { JsonObject } from '../description/schema.ts'
import { installationOf } from '../installations.ts'
import { repositoryShape } from '../shapes/repository.ts'
import { userShape } from '../shapes/user.ts'
import type { Installation, Person, Repository, World } from '../world.ts'

/** Something that happened in a repository, as the App may hear of it. */
export interface Happening {
  readonly event: string
  readonly action: string | null
  readonly repository: Repository
  readonly sender: Person
  /** What the payload says beyond repository, organisation, sender and installation. */
  readonly payload: JsonObject
}

/** The permission that an event needs; those of an App's own checks need no subscription. */
const events: Readonly<Record<string, { readonly permission: string; readonly always?: true }>> = {
  push: { permission: 'contents' },
  create: { permission: 'contents' },
  delete: { permission: 'contents' },
  pull_request: { permission: 'pull_requests' },
  issue_comment: { permission: 'issues' },
  repository: { permission: 'metadata' },
  merge_group: { permission: 'merge_queues' },
  check_run: { permission: 'checks', always: true },
  check_suite: { permission: 'checks', always: true },
}

/**
 * Sends the webhook, if the App is installed there, may see it and subscribed to it. The payload is
 * completed and checked against GitHub's description. Resolves when it was answered or has failed.
 */
export const emit = async (world: World, happening: Happening): Promise<void> => {
  const installation = installationOf(world, happening.repository)
  if (!installation || installation.suspension || !hears(installation, happening.event)) return
  await world.courier.send({
    event: happening.event,
    action: happening.action,
    installationId: installation.id,
    repositoryId: happening.repository.id,
    payload: JSON.stringify(completePayload(world, happening, installation)),
  })
}

const hears = (installation: Installation, event: string): boolean => {
  const rule = events[event]
  if (!rule || installation.permissions[rule.permission] === undefined) return false
  return rule.always ?? installation.events.includes(event)
}

const completePayload = (
  world: World,
  { event, action, repository, sender, payload }: Happening,
  installation: Installation,
): unknown => {
  const name = action === null ? event : `${event}.${action}`
  const schema = description().webhook(event, action)
  if (!schema) throw new Error(`GitHub's description has no webhook ${name}`)
  const { owner } = repository
  const filled = description().fill(schema, {
    ...(action !== null && { action }),
    ...payload,
    repository: { ...repositoryShape(world.url, repository), custom_properties: {} },
    ...(owner.type === 'Organization' && {
      organization: { login: owner.login, id: owner.id, description: null },
    }),
    sender: userShape(world.url, sender),
    installation: { id: installation.id, node_id: `I_${installation.id}` },
  })
  for (const error of description().errors(schema, filled)) {
    world.violations.push(`webhook ${name}: ${error.instancePath} ${error.message ?? ''}`)
  }
  return filled
}

import { generateKeyPairSync, type KeyPairKeyObjectResult, randomBytes } from 'node:crypto'
import { addPerson, ownerNamed } from './people.ts'
import type { App, AppIdentity, Permissions, Person, World } from './world.ts'

export interface AppOptions {
  /** Default: what Sluice asks for. */
  readonly permissions?: Permissions
  /** Default: what Sluice asks for. */
  readonly events?: readonly string[]
}

/** What somebody who runs the App was given by GitHub. */
export interface AppFacts {
  readonly appId: number
  readonly clientId: string
  readonly slug: string
  /** PEM. */
  readonly privateKey: string
  readonly webhookSecret: string
}

const sluicePermissions: Permissions = {
  checks: 'write',
  contents: 'read',
  metadata: 'read',
  pull_requests: 'read',
  issues: 'read',
  merge_queues: 'read',
  members: 'read',
}
const sluiceEvents = ['push', 'pull_request', 'merge_group', 'issue_comment', 'repository']
const appId = 123_456
const slug = 'sluice'

let keys: KeyPairKeyObjectResult | null = null

/** Registers the App under test, with a secret of its own and a key, made once a process. */
export const registerApp = (
  options: AppOptions,
  owner: Person,
  bot: Person,
): { readonly app: App; readonly facts: AppFacts } => {
  const { publicKey, privateKey } = (keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const clientId = 'Iv23liStandIn0000001'
  const webhookSecret = randomBytes(20).toString('hex')
  const permissions = options.permissions ?? sluicePermissions
  const events = options.events ?? sluiceEvents
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const app: App = {
    id: appId,
    slug,
    name: 'Sluice',
    clientId,
    owner,
    bot,
    permissions,
    events,
    publicKey,
    privateKey: pem,
    clientSecret: randomBytes(20).toString('hex'),
    webhookSecret,
  }
  return { app, facts: { appId, clientId, slug, privateKey: pem, webhookSecret } }
}

/** Login of the App's own account, by which its writes are. */
export const botLogin = (name: string): string => `${name}[bot]`

/** Another App, e.g. GitHub's own Actions, whose checks the App under test hears of too. */
export const foreignApp = (world: World, name: string): AppIdentity =>
  world.suites.find((suite) => suite.app.slug === name)?.app ?? {
    id: world.nextId('app'),
    slug: name,
    name,
    clientId: `Iv23li${name}`,
    owner: ownerNamed(world, name),
    bot: addPerson(world, { login: botLogin(name), type: 'Bot' }),
    permissions: { checks: 'write', metadata: 'read' },
    events: [],
  }

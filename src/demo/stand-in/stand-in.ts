import { mkdir } from 'node:fs/promises'
import type { Server } from 'node:http'
import { type AppFacts, type AppOptions, botLogin, registerApp } from './app.ts'
import { addForeignRun, type ForeignRun } from './checks/foreign.ts'
import { latestOf } from './checks/roll-up.ts'
import { type StandInClock, startClock } from './clock.ts'
import { type NewComment, writeComment } from './comments.ts'
import { type NewFault, toFault } from './faults.ts'
import { setUpGit } from './git/git.ts'
import { addInstallation, type NewInstallation } from './installations.ts'
import { type MergeQueue, makeMergeQueue } from './merge-queue.ts'
import { makeOwners, type Owners } from './owners.ts'
import { addPerson, changePerson, type NewPerson, ownerNamed } from './people.ts'
import { makePullPages, type NewPull, openPull, type PullPages } from './pulls.ts'
import { createRepository, type NewRepository } from './repositories.ts'
import { createRateLimiter, type RateLimits } from './rest/rate-limits.ts'
import { listen, serve } from './server.ts'
import { addTeam, type NewTeam } from './teams.ts'
import { makeUi, type Ui } from './ui.ts'
import { startCourier } from './webhooks/courier.ts'
import type { Delivery } from './webhooks/parcel.ts'
import { sendPing } from './webhooks/ping.ts'
import type { WebhookSwitches } from './webhooks/switches.ts'
import type {
  IdKind,
  Installation,
  Person,
  Pull,
  Repository,
  RequestRecord,
  Run,
  World,
} from './world.ts'

export interface StandInOptions extends AppOptions {
  /** Folder for the bare repositories; made when missing. */
  readonly directory: string
  /** Default 0: a free one. */
  readonly port?: number
  /** Default: one, on all repositories of `acme`. */
  readonly installations?: readonly NewInstallation[]
  /** Where webhooks go; can be set later. Default: nowhere. */
  readonly webhookUrl?: string
  /** How long an App may take to answer a webhook, in milliseconds. Default 10 000, as GitHub. */
  readonly webhookTimeoutMs?: number
  /** Milliseconds that every REST answer takes longer. Default 0. */
  readonly latencyMs?: number
  /** Refuse what an installation asks beyond these limits. Default: no limits. */
  readonly rateLimits?: RateLimits
  /** Folders in which git is looked for, as in PATH. Default: the usual ones. */
  readonly searchPath?: string
}

/** GitHub, as far as Sluice can tell: its REST API, git, webhooks, pages and people. */
export interface StandIn {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** `127.0.0.1:PORT`, for GHE_HOST (with GHE_PROTOCOL=http). */
  readonly host: string
  readonly app: AppFacts
  readonly clock: StandInClock
  readonly installations: readonly Installation[]
  readonly repositories: readonly Repository[]
  readonly people: readonly Person[]
  /** Whatever GitHub would not have understood, or a careful App never does. Tests assert it is empty. */
  readonly violations: readonly string[]
  /** Every REST request, in the order of the answers. */
  readonly requests: readonly RequestRecord[]
  /** Every webhook that was answered or failed, in that order. */
  readonly deliveries: readonly Delivery[]
  /** Forgets the deliveries so far, as GitHub does with what is older than three days. */
  forgetDeliveries(): void
  /** What goes wrong on the way of webhooks. */
  readonly webhooks: WebhookSwitches
  /** What goes wrong with requests. */
  readonly faults: { push(fault: NewFault): void }
  /** What people press. */
  readonly ui: Ui
  /** Webhooks go there from now on; null: nowhere, so that they fail. */
  setWebhookUrl(url: string | null): void
  /** Tells the webhook that it is there; resolves when that was answered or has failed. */
  ping(): Promise<void>
  createRepository(wanted: NewRepository): Promise<Repository>
  addInstallation(wanted: NewInstallation): Installation
  addPerson(wanted: NewPerson): Person
  /** Gives the person of that login another one, or other rights, as of now; the id stays. */
  changePerson(login: string, change: Partial<Pick<Person, 'login' | 'role' | 'roles'>>): void
  /** In the place of a team of that name, if there is one. */
  addTeam(wanted: NewTeam): void
  /** Sends a delivery once more under its id, as GitHub's owner of the App can; resolves as `ping` does. */
  redeliver(delivery: Delivery): Promise<void>
  openPull(wanted: NewPull): Promise<Pull>
  /** Somebody writes below a pull request; resolves when the webhook was answered or has failed. */
  comment(wanted: NewComment): Promise<void>
  /** What owners do to repositories and to the installation. */
  readonly owners: Owners
  /** What people do with a pull request. */
  readonly pulls: PullPages
  readonly mergeQueue: MergeQueue
  /** A check run of another App, of which ours hears too. */
  addForeignRun(wanted: ForeignRun): Promise<Run>
  /** URL of a repository (`owner/name`) with the person's credentials in it, for `git clone` and `push`. */
  remote(repository: string, person: Person): string
  /** Every check run of ours at the commit, oldest first. */
  runs(sha: string): readonly Run[]
  /** The newest check run of ours of each name at the commit. */
  latestRuns(sha: string): readonly Run[]
  /** Resolves when every webhook under way was answered or has failed. */
  settled(): Promise<void>
  /** Cuts all connections and ends every process; the repositories stay on disk. */
  close(): Promise<void>
}

const usualPath = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin:/opt/local/bin'

/** Starts a GitHub of our own on a loopback port. Rejects when the port is taken. */
export const startStandIn = async (options: StandInOptions): Promise<StandIn> => {
  await mkdir(options.directory, { recursive: true })
  const { server, port } = await listen(options.port ?? 0)
  const { world, facts } = makeWorld(options, `http://127.0.0.1:${port}`)
  const installations = options.installations ?? [{ account: 'acme' }]
  for (const installation of installations) addInstallation(world, installation)
  world.courier.setUrl(options.webhookUrl ?? null)
  serve(server, world, { latencyMs: options.latencyMs ?? 0 })
  return {
    ...facade(world),
    host: `127.0.0.1:${port}`,
    app: facts,
    close: () => close(server, world),
  }
}

const makeWorld = (
  options: StandInOptions,
  url: string,
): { readonly world: World; readonly facts: AppFacts } => {
  const clock = startClock()
  const nextId = countIds()
  const people: Person[] = []
  const owner = ownerNamed({ people, nextId }, 'sluice-makers')
  const bot = addPerson({ people, nextId }, { login: botLogin('sluice'), type: 'Bot' })
  const { app, facts } = registerApp(options, owner, bot)
  const courier = startCourier({
    clock,
    appId: app.id,
    secret: app.webhookSecret,
    nextId: () => nextId('delivery'),
    timeoutMs: options.webhookTimeoutMs ?? 10_000,
  })
  const git = setUpGit(options.directory, options.searchPath ?? usualPath)
  const state = {
    installations: [],
    repositories: [],
    teams: [],
    suites: [],
    pulls: [],
    faults: [],
  }
  const log = { violations: [], requests: [] }
  const rateLimiter = options.rateLimits
    ? createRateLimiter(options.rateLimits, () => clock.now())
    : null
  const maps = { grants: new Map(), runs: new Map(), registrations: new Map() }
  return {
    world: {
      url,
      clock,
      git,
      app,
      courier,
      people,
      nextId,
      rateLimiter,
      ...state,
      ...log,
      ...maps,
    },
    facts,
  }
}

/** Where the ids of each kind begin: as large as GitHub's, so that too small a column is noticed. */
const firstIds: Readonly<Record<IdKind, number>> = {
  account: 1_001,
  app: 15_368,
  team: 5_001,
  installation: 70_000_001,
  repository: 800_000_001,
  pull: 2_000_000_001,
  suite: 40_000_000_001,
  run: 50_000_000_001,
  comment: 3_000_000_001,
  delivery: 90_000_000_000_001,
}

const countIds = (): ((kind: IdKind) => number) => {
  const given = { ...firstIds }
  return (kind) => given[kind]++
}

const facade = (world: World): Omit<StandIn, 'host' | 'app' | 'close'> => ({
  url: world.url,
  clock: world.clock,
  installations: world.installations,
  repositories: world.repositories,
  people: world.people,
  violations: world.violations,
  requests: world.requests,
  deliveries: world.courier.deliveries,
  forgetDeliveries: () => world.courier.forget(),
  webhooks: world.courier.switches,
  faults: { push: (fault) => void world.faults.push(toFault(fault)) },
  ui: makeUi(world),
  setWebhookUrl: (url) => world.courier.setUrl(url),
  ping: () => sendPing(world),
  createRepository: (wanted) => createRepository(world, wanted),
  addInstallation: (wanted) => addInstallation(world, wanted),
  addPerson: (wanted) => addPerson(world, wanted),
  changePerson: (login, change) => changePerson(world, login, change),
  addTeam: (wanted) => addTeam(world, wanted),
  redeliver: (delivery) => world.courier.redeliver(delivery),
  openPull: (wanted) => openPull(world, wanted),
  comment: (wanted) => writeComment(world, wanted),
  owners: makeOwners(world),
  pulls: makePullPages(world),
  mergeQueue: makeMergeQueue(world),
  addForeignRun: (wanted) => addForeignRun(world, wanted),
  remote: (repository, { login, password }) =>
    world.url.replace('//', `//${encodeURIComponent(login)}:${encodeURIComponent(password)}@`) +
    `/${repository}.git`,
  runs: (sha) => ownRuns(world, sha),
  latestRuns: (sha) => latestOf(ownRuns(world, sha)),
  settled: () => world.courier.settled(),
})

const ownRuns = (world: World, sha: string): readonly Run[] =>
  world.suites.find((suite) => suite.app === world.app && suite.commit.sha === sha)?.runs ?? []

const close = async (server: Server, world: World): Promise<void> => {
  world.courier.close()
  for (const repository of world.repositories) repository.objects.close()
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeAllConnections()
  await closed
}

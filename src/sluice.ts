/**
 * The whole program in one place: adapters are made and handed to the stages as ports. Everything that
 * is started here is stopped here, in the opposite order.
 */
import { access, constants, mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileBlobs } from './blobs/blobs.ts'
import { startKeeping } from './blobs/keeping.ts'
import { vmRegex } from './cli/regex.ts'
import { systemClock } from './clock.ts'
import { combineConfigs } from './compile/combine.ts'
import { startCompiler } from './compiler.ts'
import { startConductor } from './conductor/conductor.ts'
import { mayAct } from './conductor/permission.ts'
import { continuationKeys } from './continuation-keys.ts'
import { executorFor } from './executors/executors.ts'
import { createGitHub, createGitHubPort, type GitHubApp, type Rhythm } from './github/app.ts'
import type { AppSettings as ClientSettings } from './github/client.ts'
import { isLoopback } from './model/loopback.ts'
import { orbsFrom } from './orbs/orbs.ts'
import type { Executor } from './ports/executor.ts'
import type { GitHub } from './ports/github.ts'
import type { Log } from './ports/log.ts'
import type { Orbs } from './ports/orbs.ts'
import { secretsOf } from './secrets/secrets.ts'
import { type RunningServer, startServer } from './server.ts'
import type { ServeSettings, Settings, WorkSettings } from './settings.ts'
import { startEmbedded } from './store/embedded/embedded.ts'
import { asFolderProblem } from './store/embedded/problem.ts'
import { migrate } from './store/migrate.ts'
import { openStore, type Store } from './store/store.ts'
import type { ApiQuestions } from './web/api/parts.ts'
import { createWebApp } from './web/app.ts'
import { shimFurnishing } from './worker/shim/shim.ts'
import { startWorker } from './worker/worker.ts'

/** Something that was started, with the way to stop it. */
export interface Running {
  stop(): Promise<void>
}

export interface Serving extends Running {
  /** Where it listens. */
  readonly url: string
  /** Claims no more tasks; the tasks in hand go on and are adopted by the next process. */
  stop(): Promise<void>
}

const requestTimeoutMs = 30_000
const forgetEveryMs = 60 * 60_000

/**
 * Webhooks, pages, conductor, and `workers` tasks at once (0: none), until stopped. `rhythm`: how often
 * GitHub is asked what was missed; null: as often as is good.
 */
export async function serve(
  settings: ServeSettings,
  workers: number,
  log: Log,
  rhythm: Rhythm | null = null,
): Promise<Serving> {
  const stack = new AsyncDisposableStack()
  try {
    const store = await openDatabase(settings, log, stack)
    const app = Promise.withResolvers<GitHubApp>()
    const server = await listen(settings, store, app.promise, log)
    stack.defer(() => server.close())
    const publicUrl = settings.publicUrl ?? server.url
    const gitHub = await openGitHub({ settings, store, publicUrl, log }, rhythm)
    const parts = { settings, store, gitHub: gitHub.gitHub, publicUrl, log }
    startConducting(parts, stack)
    startClearing(parts, stack)
    await startWorking(parts, workers, stack)
    const publishing = gitHub.start()
    stack.defer(() => publishing.stop())
    app.resolve(gitHub)
    return { url: server.url, stop: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** A worker and nothing else, beside a server that uses the same database and data directory. */
export async function work(settings: WorkSettings, log: Log): Promise<Running> {
  const stack = new AsyncDisposableStack()
  try {
    const store = await openDatabase(settings, log, stack)
    const gitHub = createGitHubPort(appSettings(settings, log), systemClock, store.reach)
    const publicUrl = settings.publicUrl ?? `http://${settings.host}:${settings.port}`
    await startWorking({ settings, store, gitHub, publicUrl, log }, settings.concurrency, stack)
    return { stop: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** Brings the database up to date and lets go of it. */
export async function migrateOnly(settings: Settings, log: Log): Promise<void> {
  await using stack = new AsyncDisposableStack()
  await openDatabase(settings, log, stack)
}

/** Opens the store for one command. */
export async function withStore<Answer>(
  settings: Settings,
  log: Log,
  run: (store: Store) => Promise<Answer>,
): Promise<Answer> {
  await using stack = new AsyncDisposableStack()
  return await run(await openDatabase(settings, log, stack))
}

/** What one command asks of GitHub. */
export const gitHubFor = (settings: ServeSettings, { reach }: Store, log: Log): GitHub =>
  createGitHubPort(appSettings(settings, log), systemClock, reach)

/** The database that the settings name, or the one that Sluice brings along, up to date. */
async function openDatabase(
  { databaseUrl, dataDirectory }: Settings,
  log: Log,
  stack: AsyncDisposableStack,
): Promise<Store> {
  const connection = databaseUrl
    ? { connectionString: databaseUrl }
    : await embedded(dataDirectory, log, stack)
  await migrate(connection)
  const store = await openStore({ connection, log, clock: systemClock })
  stack.defer(() => store.close())
  const forgetting = setInterval(() => {
    store
      .forgetOld()
      .catch((error: unknown) => log.warn({ error: String(error) }, 'forgetting failed'))
  }, forgetEveryMs)
  stack.defer(() => clearInterval(forgetting))
  return store
}

async function embedded(dataDir: string, log: Log, stack: AsyncDisposableStack) {
  const server = await startEmbedded({ dataDir, log })
  stack.defer(() => server.stop())
  return server.connection
}

/**
 * The port is taken before GitHub is spoken to, since its number is part of what is published; a
 * delivery that comes in between waits for `gitHubApp`.
 */
const listen = (
  settings: ServeSettings,
  store: Store,
  gitHubApp: Promise<GitHubApp>,
  log: Log,
): Promise<RunningServer> => {
  const { host, port, app } = settings
  const web = createWebApp({
    ...store,
    blobs: blobsOf(settings),
    metrics: async () => [...(await store.metrics()), ...(await (await gitHubApp).metrics())],
    continuationKeys: continuationKeys(app.privateKey),
    newId: () => systemClock.newId(),
    clock: systemClock,
    askGitHub: apiQuestions(gitHubApp),
    log,
  })
  return startServer({
    host,
    port,
    gitHub: async (request, response) =>
      request.method === 'POST' && (await gitHubApp).middleware(request, response),
    web: (request, from) => web.fetch(request, from),
    log,
  })
}

/** Who may re-run may begin. */
const apiQuestions = (app: Promise<GitHubApp>): ApiQuestions => ({
  commitAt: async (repository, { kind, name }) => {
    const { gitHub } = await app
    return kind === 'tag' ? gitHub.tag(repository, name) : gitHub.head(repository, name)
  },
  mayBegin: async (repository, person) => mayAct((await app).gitHub, repository, person),
})

const openGitHub = (
  {
    settings,
    store,
    publicUrl,
    log,
  }: Pick<Stages, 'store' | 'publicUrl' | 'log'> & { readonly settings: ServeSettings },
  rhythm: Rhythm | null,
): Promise<GitHubApp> =>
  createGitHub({
    settings: appSettings(settings, log),
    inbox: store.inbox,
    pipelines: store.pipelines,
    checks: store.checks,
    reach: store.reach,
    heads: store.heads,
    rhythm,
    wake: store.wake,
    clock: systemClock,
    log,
    render: { publicUrl, configPath: settings.configPath },
    limits: settings.gitHubLimits,
  })

interface Stages {
  readonly settings: ServeSettings | WorkSettings
  readonly store: Store
  readonly gitHub: GitHub
  readonly publicUrl: string
  readonly log: Log
}

function startConducting(
  { settings, store, gitHub, log }: Stages,
  stack: AsyncDisposableStack,
): void {
  const compiler = startCompiler()
  stack.defer(() => compiler.close())
  const conductor = startConductor({
    conveyor: store.conveyor,
    inbox: store.inbox,
    outbox: store.outbox,
    schedules: store.schedules,
    tasks: store.tasks,
    wake: store.wake,
    github: gitHub,
    compile: compiler.compile,
    contexts: store.vault,
    orbs: orbsOf(settings, store, log),
    clock: systemClock,
    log,
    configPath: settings.configPath,
    approvers: settings.approvers,
    forks: settings.forks,
  })
  stack.defer(() => conductor.stop())
}

function startClearing({ settings, store, log }: Stages, stack: AsyncDisposableStack): void {
  const references = store.blobReferences
  const keeping = startKeeping({ blobs: blobsOf(settings), references, clock: systemClock, log })
  stack.defer(() => keeping.stop())
}

/** All tries together end before the effect that compiles is given out again. */
const orbsOf = ({ orbs }: Settings, { orbCache }: Store, log: Log): Orbs =>
  orbsFrom({
    ...orbs,
    offline: false,
    cache: orbCache,
    clock: systemClock,
    log,
    timeoutMs: 10_000,
    pausesMs: [500, 2000],
  })

async function startWorking(
  stages: Stages,
  concurrency: number,
  stack: AsyncDisposableStack,
): Promise<void> {
  if (concurrency === 0) return
  const { settings, store, gitHub, publicUrl, log } = stages
  const secrets = secretsOf(store.vault, settings.secretsKey)
  // Told now, and not by every job that needs one.
  await secrets.check()
  await makeFolder(settings.dataDirectory)
  const executor = await executorOf(settings, log)
  const worker = await startWorker({
    tasks: store.tasks,
    steps: store.steps,
    logs: store.logs,
    workspaces: store.workspaces,
    caches: store.caches,
    artifacts: store.artifacts,
    testResults: store.testResults,
    buildNumbers: store.buildNumbers,
    wake: store.wake,
    blobs: blobsOf(settings),
    executor,
    github: gitHub,
    continuations: store.continuations,
    continuationKeys: continuationKeys(settings.app.privateKey),
    secrets,
    regex: vmRegex(),
    combine: combineConfigs,
    clock: systemClock,
    log,
    dataDir: settings.dataDirectory,
    remoteDocker: settings.remoteDocker,
    name: `${hostname()}:${process.pid}`,
    concurrency,
    publicUrl,
  })
  stack.defer(() => executor.close())
  stack.defer(() => worker.stop())
}

const blobsOf = ({ dataDirectory, storageQuota }: Settings) =>
  fileBlobs(join(dataDirectory, 'blobs'), { quota: storageQuota })

/** Where the database is elsewhere, the worker is the first who writes there. */
async function makeFolder(dataDirectory: string): Promise<void> {
  try {
    await mkdir(dataDirectory, { recursive: true })
    await access(dataDirectory, constants.W_OK)
  } catch (error) {
    throw asFolderProblem(error, dataDirectory)
  }
}

/** Beyond loopback strangers can reach us, and what they push would run with our own rights. */
export const executorOf = (settings: Settings, log: Log): Promise<Executor> =>
  executorFor(settings.executor, {
    dataDir: settings.dataDirectory,
    jobUser: null,
    path: null,
    ...settings.docker,
    unisolatedOk: unisolatedOk(settings),
    furnishing: shimFurnishing(),
    log,
  })

/** Whether jobs may run where nothing isolates them. */
export const unisolatedOk = ({ allowUnisolated, host }: Settings): boolean =>
  allowUnisolated || isLoopback(host)

const appSettings = (settings: ServeSettings | WorkSettings, log: Log): ClientSettings => ({
  appId: settings.app.appId,
  privateKey: settings.app.privateKey,
  webhookSecret: settings.app.webhookSecret,
  gheHost: settings.enterprise?.host ?? null,
  gheProtocol: settings.enterprise?.protocol ?? 'https',
  log,
  requestTimeoutMs,
})

import type { Artifacts } from '../ports/artifacts.ts'
import type { BlobReferences } from '../ports/blobs.ts'
import type { Blocks } from '../ports/blocks.ts'
import type { BuildNumbers } from '../ports/build-numbers.ts'
import type { Caches } from '../ports/caches.ts'
import type { Checks } from '../ports/checks.ts'
import type { Clock } from '../ports/clock.ts'
import type { Continuations } from '../ports/continuations.ts'
import type { Conveyor, Inbox, Outbox, Pipelines } from '../ports/inbox.ts'
import type { Log } from '../ports/log.ts'
import type { Logs } from '../ports/logs.ts'
import type { Lookups } from '../ports/lookups.ts'
import type { ReadMetrics } from '../ports/metrics.ts'
import type { OrbCache } from '../ports/orb-cache.ts'
import type { Heads, Reach } from '../ports/reach.ts'
import type { Schedules } from '../ports/schedules.ts'
import type { Vault } from '../ports/secrets.ts'
import type { Steps, Tasks } from '../ports/tasks.ts'
import type { TestResults } from '../ports/test-results.ts'
import type { Tokens } from '../ports/tokens.ts'
import type { Views } from '../ports/views.ts'
import type { Wake } from '../ports/wake.ts'
import type { Workspaces } from '../ports/workspaces.ts'
import { openArtifacts } from './artifacts.ts'
import { openBlobReferences } from './blob-references.ts'
import { openBlocks } from './blocks.ts'
import { openBuildNumbers } from './build-numbers.ts'
import { openCaches } from './caches.ts'
import { openChecks } from './checks.ts'
import { openContinuations } from './continuations.ts'
import { openConveyor } from './conveyor.ts'
import { type Connection, openDatabase } from './database.ts'
import { openHeads } from './heads.ts'
import { type Hub, openHub, topics } from './hub.ts'
import { type Identities, openIdentities } from './identities.ts'
import { forgetHandled, openInbox } from './inbox.ts'
import { type LogWatch, logChannel, openLogWatch } from './log-watch.ts'
import { openLogs } from './logs.ts'
import { openLookups } from './lookups.ts'
import { openMetrics } from './metrics.ts'
import { requireMigrated } from './migrate.ts'
import { forgetMovedOrbs, openOrbCache } from './orb-cache.ts'
import { openOutbox } from './outbox.ts'
import { openPipelines } from './pipelines.ts'
import { openReach } from './reach.ts'
import { forgetBranches, openSchedules } from './schedules.ts'
import { openVault } from './secrets.ts'
import { openSession, type SessionSettings } from './session.ts'
import { openSteps } from './steps.ts'
import { openTasks } from './tasks.ts'
import { openTestResults } from './test-results.ts'
import { openTokens } from './tokens.ts'
import { openViews } from './views.ts'
import { listenToTopics, topicOf } from './wake.ts'
import { openWorkspaces } from './workspaces.ts'

export interface StoreSettings {
  readonly connection: Connection
  readonly log: Log
  readonly clock: Clock
}

/** Everything that is remembered, by the question that is asked. */
export interface Store {
  readonly inbox: Inbox
  readonly conveyor: Conveyor
  readonly outbox: Outbox
  readonly pipelines: Pipelines
  readonly schedules: Schedules
  readonly blocks: Blocks
  readonly reach: Reach
  readonly heads: Heads
  readonly tokens: Tokens
  readonly lookups: Lookups
  readonly continuations: Continuations
  readonly tasks: Tasks
  readonly steps: Steps
  readonly logs: Logs
  readonly buildNumbers: BuildNumbers
  readonly workspaces: Workspaces
  readonly caches: Caches
  readonly artifacts: Artifacts
  readonly testResults: TestResults
  readonly blobReferences: BlobReferences
  readonly checks: Checks
  readonly orbCache: OrbCache
  readonly vault: Vault
  readonly views: Views
  readonly metrics: ReadMetrics
  readonly wake: Wake
  /**
   * Forgets what need not be known any longer: keys of events handled, what moving orbs stood for, and
   * branches without schedules, more than a month ago.
   */
  forgetOld(): Promise<number>
  /** Lets go of every connection. A second call waits for the first. */
  close(): Promise<void>
}

/**
 * Opens the store on a migrated database. Rejects with `DatabaseUnreachable`, `DatabaseTooNew` or
 * `DatabaseNotMigrated`. Later interruptions heal by themselves: calls reject while the database is
 * away and work again when it is back.
 */
export async function openStore(settings: StoreSettings): Promise<Store> {
  const { connection, log, clock } = settings
  await requireMigrated(connection)
  const database = openDatabase(connection, log)
  const hub = openHub()
  const watch = openLogWatch(database, log)
  const identities = openIdentities(clock, log)
  const session = await openSession({ ...settings, ...listening(hub, watch, identities) })
  const inbox = openInbox(database, hub)
  let closed: Promise<void> | null = null
  return {
    inbox,
    conveyor: openConveyor(database, hub, log),
    outbox: openOutbox(database, session),
    pipelines: openPipelines(database),
    schedules: openSchedules(database, hub),
    blocks: openBlocks(database),
    reach: openReach(database, hub),
    heads: openHeads(database),
    tokens: openTokens(database),
    lookups: openLookups(database),
    continuations: openContinuations(database, inbox, clock),
    tasks: openTasks({ database, hub, clock, session, identities }),
    steps: openSteps(database),
    logs: openLogs(database, watch),
    buildNumbers: openBuildNumbers(database),
    workspaces: openWorkspaces(database),
    caches: openCaches(database),
    artifacts: openArtifacts(database),
    testResults: openTestResults(database),
    blobReferences: openBlobReferences(database),
    checks: openChecks(database, hub, session),
    orbCache: openOrbCache(database),
    vault: openVault(database),
    views: openViews(database),
    metrics: openMetrics(database),
    wake: hub,
    forgetOld: async () =>
      (await forgetHandled(database)) +
      (await forgetMovedOrbs(database)) +
      (await forgetBranches(database)),
    close: () => (closed ??= close()),
  }

  async function close(): Promise<void> {
    watch.close()
    await session.close()
    await database.close()
  }
}

/** What each new listening connection does, and what it hears. */
const listening = (
  hub: Hub,
  watch: LogWatch,
  identities: Identities,
): Pick<SessionSettings, 'begin' | 'notified'> => ({
  begin: async (queries) => {
    await identities.retake(queries)
    await listenToTopics(queries)
    await queries.change(`listen ${logChannel}`)
    // Whatever was told while nobody listened.
    hub.tell(topics)
  },
  notified: (channel, payload) => {
    const topic = topicOf(channel)
    if (topic) hub.tell([topic])
    else watch.hint(payload)
  },
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type StandIn,
  type StandInOptions,
  startStandIn,
} from '../../src/demo/stand-in/stand-in.ts'
import type { Person, Run } from '../../src/demo/stand-in/world.ts'
import { WorkingCopy } from '../../src/demo/working-copy.ts'
import type { Rhythm } from '../../src/github/app.ts'
import type { Log } from '../../src/ports/log.ts'
import type { ServeSettings } from '../../src/settings.ts'
import { type Serving, serve } from '../../src/sluice.ts'
import { localIn } from './executors.ts'
import { silentLog } from './log.ts'

/** GitHub, Sluice and people in one process, with real git, PostgreSQL, sockets and processes. */
export interface System {
  readonly standIn: StandIn
  readonly sluice: Serving
  /** Base folder of this system; removed by `close`. */
  readonly directory: string
  /** Writes, owns everything. */
  readonly ann: Person
  /** May only read. */
  readonly bob: Person
  /** A new repository of `acme`, with a working copy whose pushes are by ann. */
  repository(name: string, visible?: 'private' | 'public'): Promise<WorkingCopy>
  /** Conclusion (or status, while there is none) of the newest check of each name. */
  checks(sha: string): Record<string, string>
  check(sha: string, name: string): Run
  click(sha: string, name: string, button: string, login?: string): Promise<void>
  /** All output of a job's steps, as its pages serve it. */
  jobLog(sha: string, name: string): Promise<string>
  /** Text of a page of Sluice. */
  page(path: string): Promise<string>
  close(): Promise<void>
}

export interface SystemOptions {
  readonly executor?: ServeSettings['executor']
  readonly concurrency?: number
  readonly standIn?: Partial<StandInOptions>
  readonly settings?: Partial<ServeSettings>
  readonly log?: Log
  readonly rhythm?: Rhythm
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-system-'))
  const standIn = await startStandIn({ directory: join(directory, 'github'), ...options.standIn })
  const ann = standIn.addPerson({ login: 'ann', role: 'admin' })
  const bob = standIn.addPerson({ login: 'bob', role: 'read' })
  const settings = settingsFor(standIn, join(directory, 'data'), options)
  const log = options.log ?? silentLog
  const sluice = await serve(settings, settings.concurrency, log, options.rhythm ?? null)
  standIn.setWebhookUrl(`${sluice.url}/api/github/webhooks`)
  const copies: WorkingCopy[] = []
  const page = async (path: string) => (await fetch(new URL(path, sluice.url))).text()
  return {
    standIn,
    sluice,
    directory,
    ann,
    bob,
    repository: async (name, visible = 'private') => {
      const hidden = visible === 'private'
      await standIn.createRepository({ owner: 'acme', name, private: hidden })
      const copy = await WorkingCopy.make(standIn.remote(`acme/${name}`, ann))
      copies.push(copy)
      return copy
    },
    checks: (sha) => checksOf(standIn, sha),
    check: (sha, name) => checkOf(standIn, sha, name),
    click: (sha, name, button, login = 'ann') =>
      standIn.ui.clickAction(checkOf(standIn, sha, name).id, button, login),
    page,
    jobLog: async (sha, name) => {
      const job = await page(new URL(checkOf(standIn, sha, name).detailsUrl).pathname)
      // A running step's link says from where on the page will follow.
      const found = job.matchAll(/href="([^"?]+\/log)(?:\?[^"]*)?"/g)
      return (await Promise.all([...found].map((match) => page(match[1] ?? '')))).join('')
    },
    close: async () => {
      await sluice.stop()
      await standIn.close()
      await Promise.all(copies.map((copy) => copy.remove()))
      // What still runs is there for a next server, which never comes.
      await (await localIn({ dataDir: join(directory, 'data') })).close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export const checksOf = (standIn: StandIn, sha: string): Record<string, string> =>
  Object.fromEntries(standIn.latestRuns(sha).map((run) => [run.name, run.conclusion ?? run.status]))

function checkOf(standIn: StandIn, sha: string, name: string): Run {
  const run = standIn.latestRuns(sha).find((one) => one.name === name)
  if (!run) throw new Error(`no check ${name} at ${sha}: ${JSON.stringify(checksOf(standIn, sha))}`)
  return run
}

const settingsFor = (
  standIn: StandIn,
  dataDirectory: string,
  { executor = 'local', concurrency = 4, settings = {} }: SystemOptions,
): ServeSettings => ({
  host: '127.0.0.1',
  port: 0,
  publicUrl: null,
  logLevel: 'info',
  dataDirectory,
  storageQuota: null,
  databaseUrl: null,
  executor,
  docker: {
    dockerHost: { host: null, certificates: null },
    machineImage: 'cimg/base:current',
    engineImage: 'docker:dind',
    network: null,
  },
  remoteDocker: [],
  allowUnisolated: false,
  concurrency,
  secretsKey: null,
  configPath: '.circleci/config.yml',
  approvers: 'write',
  forks: 'hold',
  enterprise: { host: standIn.host, protocol: 'http' },
  gitHubLimits: null,
  orbs: { registry: null, urls: [], token: null },
  app: {
    appId: standIn.app.appId,
    privateKey: standIn.app.privateKey,
    webhookSecret: standIn.app.webhookSecret,
    clientId: null,
    clientSecret: null,
  },
  ...settings,
})

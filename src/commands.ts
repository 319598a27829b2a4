/**
 * The commands that need the whole program: settings are read, mistakes told, the program is run until
 * a signal ends it. Each resolves to the exit code: 2 for wrong settings, 3 when something we need fails.
 */
import { isatty } from 'node:tty'
import type { SecretRequest } from './cli/secret-request.ts'
import type { BlockRequest, TokenRequest } from './cli/token-request.ts'
import { runDemo } from './demo/demo.ts'
import { createLog } from './log.ts'
import type { Result } from './model/result.ts'
import { GitHubUnavailable } from './ports/github.ts'
import type { Log } from './ports/log.ts'
import { SecretsLocked } from './ports/secrets.ts'
import { carryOutSecret } from './secret-command.ts'
import { CannotListen } from './server.ts'
import {
  environment,
  type Mistakes,
  readSecretSettings,
  readServeSettings,
  readSettings,
  readWorkSettings,
  type ServeSettings,
  type Settings,
} from './settings.ts'
import { gitHubFor, migrateOnly, type Running, serve, withStore, work } from './sluice.ts'
import { EmbeddedError } from './store/embedded/problem.ts'
import { DatabaseTooNew, DatabaseUnreachable } from './store/migrate.ts'
import { carryOutBlock, carryOutToken, type PersonNamed } from './token-command.ts'

export interface Terminal {
  readonly out: (line: string) => void
  readonly err: (line: string) => void
}

const wrongSettings = 2
const broken = 3

/** `workers`: tasks at once in this process, 0 for none; null: as the settings say. */
export const runServe = (workers: number | null, terminal: Terminal): Promise<number> =>
  withSettings(readServeSettings(environment(process.cwd())), terminal, async (settings, log) => {
    const serving = await serve(settings, workers ?? settings.concurrency, log)
    terminal.out(`sluice listening on ${serving.url}`)
    return untilSignal(serving, log)
  })

export const runWork = (terminal: Terminal): Promise<number> =>
  withSettings(readWorkSettings(environment(process.cwd())), terminal, async (settings, log) => {
    const working = await work(settings, log)
    terminal.out('sluice works')
    return untilSignal(working, log)
  })

export const runMigrate = (terminal: Terminal): Promise<number> =>
  withSettings(readSettings(environment(process.cwd())), terminal, async (settings, log) => {
    await migrateOnly(settings, log)
    terminal.out('the database is up to date')
    return 0
  })

/** Only what encrypts or decrypts needs a key. */
const keysFor = {
  set: 'one',
  rotate: 'both',
  list: 'none',
  delete: 'none',
  restrict: 'none',
} as const

export const runSecret = (request: SecretRequest, terminal: Terminal): Promise<number> => {
  const oldKeyFile = request.kind === 'rotate' ? request.oldKeyFile : null
  const needs = { keys: keysFor[request.kind], oldKeyFile }
  const settings = readSecretSettings(environment(process.cwd()), needs)
  return withSettings(settings, terminal, (read, log) =>
    withStore(read, log, ({ vault }) =>
      carryOutSecret(request, {
        vault,
        key: read.secretsKey,
        oldKey: read.oldSecretsKey,
        ...terminal,
      }),
    ),
  )
}

/** Only a token that acts for a person takes the App's settings: GitHub is asked who that is. */
export function runToken(request: TokenRequest, terminal: Terminal): Promise<number> {
  const from = environment(process.cwd())
  if (request.kind === 'create' && request.person !== null)
    return withSettings(readServeSettings(from), terminal, (settings, log) =>
      withStore(settings, log, (store) => {
        const gitHub = gitHubFor(settings, store, log)
        const person: PersonNamed = (repository, login) => gitHub.person(repository, login)
        return carryOutToken(request, { ...store, person, ...terminal })
      }),
    )
  return withSettings(readSettings(from), terminal, (settings, log) =>
    withStore(settings, log, ({ tokens, lookups }) =>
      carryOutToken(request, { tokens, lookups, person: () => Promise.resolve(null), ...terminal }),
    ),
  )
}

export const runBlock = (request: BlockRequest, terminal: Terminal): Promise<number> =>
  withSettings(readSettings(environment(process.cwd())), terminal, (settings, log) =>
    withStore(settings, log, ({ blocks }) => carryOutBlock(request, { blocks, ...terminal })),
  )

/** The demo's own GitHub and data; of the settings only those about this machine count. */
export const runDemoCommand = (once: boolean, terminal: Terminal): Promise<number> =>
  withSettings(readSettings(environment(process.cwd())), terminal, (settings) => {
    // The terminal belongs to the story; the log only speaks up when something is wrong.
    const log = logFor({ logLevel: settings.logLevel === 'info' ? 'warn' : settings.logLevel })
    return runDemo({
      once,
      out: terminal.out,
      signal: firstSignal(),
      start: (gitHub, dataDirectory) =>
        serve(demoSettings(settings, gitHub, dataDirectory), settings.concurrency, log),
    })
  })

type DemoStart = Parameters<Parameters<typeof runDemo>[0]['start']>

const demoSettings = (
  settings: Settings,
  { host, appId, privateKey, webhookSecret }: DemoStart[0],
  dataDirectory: string,
): ServeSettings => ({
  ...settings,
  host: '127.0.0.1',
  port: 0,
  publicUrl: null,
  databaseUrl: null,
  // Containers would not reach a GitHub on this machine's loopback.
  executor: settings.executor === 'auto' ? 'local' : settings.executor,
  dataDirectory,
  enterprise: { host, protocol: 'http' },
  app: { appId, privateKey, webhookSecret, clientId: null, clientSecret: null },
})

async function withSettings<Read extends Settings>(
  read: Result<Read, Mistakes>,
  terminal: Terminal,
  run: (settings: Read, log: Log) => Promise<number>,
): Promise<number> {
  if (!read.ok) {
    for (const mistake of read.problem) terminal.err(mistake)
    if (read.problem.some((mistake) => mistake.startsWith('APP_ID is missing')))
      terminal.err(
        '`sluice setup` makes a GitHub App and its settings; `sluice demo` needs neither',
      )
    return wrongSettings
  }
  const log = logFor(read.value)
  try {
    return await run(read.value, log)
  } catch (error) {
    if (!isOperators(error)) throw error
    terminal.err(error.message)
    return broken
  }
}

/** What the operator can mend, told in one line; anything else is our bug and keeps its stack. */
const isOperators = (error: unknown): error is Error =>
  error instanceof CannotListen ||
  error instanceof GitHubUnavailable ||
  error instanceof EmbeddedError ||
  error instanceof SecretsLocked ||
  error instanceof DatabaseTooNew ||
  error instanceof DatabaseUnreachable

const logFor = ({ logLevel }: Pick<Settings, 'logLevel'>): Log =>
  createLog({
    level: logLevel,
    write: (line) => process.stderr.write(`${line}\n`),
    readable: isatty(2),
    now: () => Date.now(),
  })

/** Aborts at the first signal to end; the second one ends the process at once. */
export function firstSignal(): AbortSignal {
  const over = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (over.signal.aborted) process.exit(broken)
      over.abort()
    })
  return over.signal
}

/** Jobs that run go on without us and are taken up by the next process. */
async function untilSignal(running: Running, log: Log): Promise<number> {
  const signal = firstSignal()
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  log.info({}, 'ending: what runs goes on and is taken up at the next start')
  await running.stop()
  return 0
}

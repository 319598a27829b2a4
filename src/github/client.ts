import { randomUUID } from 'node:crypto'
import { createProbot, type Probot, ProbotOctokit } from 'probot'
import type { Log } from '../ports/log.ts'
import { createFetch, type Observe } from './fetch.ts'

export type Octokit = ProbotOctokit

/** Who speaks for the App: as itself, or for one of its installations. */
export type Clients = Pick<Probot, 'auth'>

export interface AppSettings {
  /** The App's numeric id. */
  readonly appId: number
  /** PEM. */
  readonly privateKey: string
  /** Null in processes that take no deliveries. */
  readonly webhookSecret: string | null
  /** Host and port of a GitHub Enterprise Server; null: github.com. */
  readonly gheHost: string | null
  readonly gheProtocol: string
  readonly log: Log
  /** Time after which one request to GitHub is given up, in milliseconds. */
  readonly requestTimeoutMs: number
  readonly observe?: Observe
}

/**
 * Probot with everything said explicitly: it reads no environment, writes no log of its own (its error
 * handler would print whole untrusted payloads) and neither retries nor paces. Both are done where the
 * durable state is, so that a lost answer to a create never makes a second check.
 */
export function createClient(settings: AppSettings): Probot {
  // Without a secret Probot takes "development", in silence; nobody can know this one.
  const secret = settings.webhookSecret ?? randomUUID()
  if (secret === '') throw new Error('the webhook secret is empty')
  return createProbot({
    env: {
      APP_ID: String(settings.appId),
      PRIVATE_KEY: settings.privateKey,
      WEBHOOK_SECRET: secret,
      LOG_LEVEL: 'silent',
      ...(settings.gheHost !== null && {
        GHE_HOST: settings.gheHost,
        GHE_PROTOCOL: settings.gheProtocol,
      }),
    },
    overrides: {
      Octokit: plainOctokit(settings.log),
      request: { fetch: createFetch(settings.requestTimeoutMs, settings.observe) },
    },
  })
}

/** Only the form with a function reaches the plugins: an object of defaults is ignored. */
function plainOctokit(log: Log): typeof ProbotOctokit {
  return ProbotOctokit.defaults((options: object) => ({
    ...options,
    throttle: { enabled: false },
    retry: { enabled: false },
    log: octokitLog(log),
  }))
}

/** Octokit's warnings are about deprecated calls and odd answers; its debug lines hold whole bodies. */
const octokitLog = (log: Log) => ({
  debug: () => {},
  info: () => {},
  warn: (message: unknown) => log.warn({ from: 'octokit' }, firstLine(message)),
  error: (message: unknown) => log.error({ from: 'octokit' }, firstLine(message)),
})

const firstLine = (message: unknown): string =>
  (message instanceof Error ? message.message : String(message)).split('\n', 1)[0] ?? ''

import type { Checks } from '../ports/checks.ts'
import type { Clock } from '../ports/clock.ts'
import type { GitHub } from '../ports/github.ts'
import type { Inbox, Pipelines } from '../ports/inbox.ts'
import type { Log } from '../ports/log.ts'
import type { ReadMetrics } from '../ports/metrics.ts'
import type { Wake } from '../ports/wake.ts'
import { addressesOf } from './addresses.ts'
import { createBudgets } from './budget/budgets.ts'
import type { Limits } from './budget/limits.ts'
import { metered } from './budget/metered.ts'
import type { AppSettings } from './client.ts'
import { createClient } from './client.ts'
import { createCloneAccess } from './clone.ts'
import { type Counter, createCounter, gitHubMetrics, kindOf, knownEvent } from './counters.ts'
import type { Observe } from './fetch.ts'
import type { Asking } from './files.ts'
import { readFile } from './files.ts'
import { head } from './head.ts'
import { permission } from './permission.ts'
import { person } from './person.ts'
import { startPublisher } from './publisher/publisher.ts'
import { startReconciler } from './publisher/reconciler.ts'
import { pullHead } from './pull-head.ts'
import { startRedelivery } from './redelivery.ts'
import type { RenderOptions } from './render/desired.ts'
import type { Running } from './running.ts'
import { tag } from './tag.ts'
import { inTeam } from './team.ts'
import { createIsKnown } from './webhooks/known.ts'
import { createMiddleware, type Middleware } from './webhooks/middleware.ts'
import type { Receiving } from './webhooks/webhooks.ts'

export interface GitHubParts {
  readonly settings: AppSettings
  readonly inbox: Inbox
  readonly pipelines: Pipelines
  readonly checks: Checks
  readonly wake: Wake
  readonly clock: Clock
  readonly log: Log
  readonly render: Omit<RenderOptions, 'scarce'>
  /** Null: GitHub has no limits, as Enterprise servers. */
  readonly limits: Limits | null
}

export interface GitHubApp {
  /** For the server: answers GitHub's deliveries, leaves everything else alone. */
  readonly middleware: Middleware
  readonly gitHub: GitHub
  readonly metrics: ReadMetrics
  /** Begins to publish checks, to compare them with GitHub, and to fetch deliveries that failed. */
  start(): Running
}

/** Time to store a delivery in: GitHub waits ten seconds, Probot nine. */
const storeWithinMs = 8_000
const reconcileEveryMs = 5 * 60_000
const redeliverEveryMs = 5 * 60_000

/** Everything about GitHub: deliveries in, checks out, and questions between. */
export async function createGitHub(parts: GitHubParts): Promise<GitHubApp> {
  const { settings, checks, clock, log } = parts
  const { appId } = settings
  const requests = createCounter()
  const deliveries = createCounter()
  const observe: Observe = (method, path, status) =>
    requests.count({ kind: kindOf(method, path), status: String(status ?? 'none') })
  const client = createClient({ ...settings, observe })
  const budgets = createBudgets(parts.limits, () => clock.now())
  const probot = metered({ clients: client, budgets, pauses: checks, clock })
  const self = { appId, addresses: addressesOf(settings.gheHost, settings.gheProtocol) }
  const { inbox, pipelines } = parts
  const asking: Pick<Receiving, 'isKnown' | 'pullHead'> = {
    isKnown: createIsKnown(probot, clock),
    pullHead: (repository, number) => pullHead({ probot, clock }, repository, number),
  }
  const receiving = { self, inbox, checks, pipelines, ...asking, clock, log, storeWithinMs }
  const publishing = { probot, appId, checks, clock, render: parts.render }
  return {
    middleware: counting(await createMiddleware(client, receiving), deliveries),
    metrics: async () => gitHubMetrics({ requests, deliveries, budgets }),
    gitHub: questions({ probot, clock }, settings),
    start: () =>
      together([
        startPublisher({ ...parts, budgets, publishing, ...timingOf(parts.limits) }),
        startReconciler({ checks, clock, log, everyMs: reconcileEveryMs }),
        startRedelivery({ probot, clock, log, everyMs: redeliverEveryMs }),
      ]),
  }
}

/** Only the questions, for processes that neither take deliveries nor publish checks. */
export const createGitHubPort = (settings: AppSettings, clock: Clock): GitHub =>
  questions({ probot: createClient(settings), clock }, settings)

function questions(asking: Asking, { gheHost, gheProtocol }: AppSettings): GitHub {
  return {
    readFile: (repository, ref, path) => readFile(asking, repository, { ref, path }),
    head: (repository, branch) => head(asking, repository, branch),
    tag: (repository, name) => tag(asking, repository, name),
    person: (repository, login) => person(asking, repository, login),
    permission: (repository, whom) => permission(asking, repository, whom),
    inTeam: (repository, slug, whom) => inTeam(asking, repository, slug, whom),
    cloneAccess: createCloneAccess(asking, addressesOf(gheHost, gheProtocol)),
  }
}

/** Counts what was answered. */
const counting =
  (middleware: Middleware, { count }: Counter): Middleware =>
  async (request, response) => {
    const taken = await middleware(request, response)
    const event = knownEvent(request.headers['x-github-event'])
    if (taken) count({ event, status: String(response.statusCode) })
    return taken
  }

/** Looks sixty times a minute, however long one is. */
const timingOf = (limits: Limits | null) =>
  limits === null ? { recallMs: 0 } : { pollMs: limits.minuteMs / 60, recallMs: limits.hourMs }

const together = (services: readonly Running[]): Running => ({
  stop: async () => {
    await Promise.all(services.map((service) => service.stop()))
  },
})

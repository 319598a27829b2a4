import type { Repository } from '../model/trigger.ts'
import type { Checks } from '../ports/checks.ts'
import type { Clock } from '../ports/clock.ts'
import type { GitHub } from '../ports/github.ts'
import type { Inbox, Pipelines } from '../ports/inbox.ts'
import type { Log } from '../ports/log.ts'
import type { ReadMetrics } from '../ports/metrics.ts'
import type { Heads, Reach } from '../ports/reach.ts'
import type { Wake } from '../ports/wake.ts'
import { addressesOf } from './addresses.ts'
import { createBudgets } from './budget/budgets.ts'
import type { Limits } from './budget/limits.ts'
import { metered } from './budget/metered.ts'
import type { AppSettings } from './client.ts'
import { createClient } from './client.ts'
import { createCloneAccess } from './clone.ts'
import { type Counter, createCounter, gitHubMetrics, kindOf, knownEvent } from './counters.ts'
import { defaultBranch } from './default-branch.ts'
import type { Observe } from './fetch.ts'
import type { Asking } from './files.ts'
import { readFile } from './files.ts'
import { head } from './head.ts'
import { permission } from './permission.ts'
import { person } from './person.ts'
import { placeOf } from './place.ts'
import { createBell } from './publisher/bell.ts'
import { startPublisher } from './publisher/publisher.ts'
import { startReconciler } from './publisher/reconciler.ts'
import { pullHead } from './pull-head.ts'
import { commit, openPullRequests, pullRequest } from './pull-requests.ts'
import { startRedelivery } from './redelivery.ts'
import type { RenderOptions } from './render/desired.ts'
import type { Running } from './running.ts'
import { startSurvey } from './survey/survey.ts'
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
  readonly reach: Reach
  readonly heads: Heads
  /** Null: as it is in earnest. Tests have less time. */
  readonly rhythm: Rhythm | null
  /** Null: GitHub has no limits, as Enterprise servers. */
  readonly limits: Limits | null
}

/** How often GitHub is asked what may have been missed; all in milliseconds. */
export interface Rhythm {
  readonly reconcileEveryMs: number
  readonly redeliverEveryMs: number
  /** How long a delivery that failed rests before it is asked for again; longer after each failure. */
  readonly redeliverAfterMs: number
  readonly surveyEveryMs: number
  /** See `SurveyParts`. */
  readonly graceMs: number
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
const minuteMs = 60_000
/** Deliveries that failed are asked for before heads are taken for forgotten. */
const earnest: Rhythm = {
  reconcileEveryMs: 5 * minuteMs,
  redeliverEveryMs: 5 * minuteMs,
  redeliverAfterMs: 2 * minuteMs,
  surveyEveryMs: 10 * minuteMs,
  graceMs: 9 * minuteMs,
}

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
  const { inbox, pipelines, reach, heads } = parts
  const { addresses } = self
  const rhythm = parts.rhythm ?? earnest
  const bell = createBell(clock)
  const lookAround = bell.ring
  const asking: Pick<Receiving, 'isKnown' | 'pullHead' | 'lookAround'> = {
    isKnown: createIsKnown(probot, clock),
    pullHead: (repository, number) => pullHead({ probot, clock }, repository, number),
    lookAround,
  }
  const stores = { inbox, checks, pipelines, reach }
  const receiving = { ...stores, ...asking, self, clock, log, storeWithinMs }
  const publishing = { probot, appId, checks, clock, render: parts.render, lostSight: lookAround }
  const surveying = { probot, reach, heads, inbox, checks, addresses, clock, log }
  return {
    middleware: counting(await createMiddleware(client, receiving), deliveries),
    metrics: async () => gitHubMetrics({ requests, deliveries, budgets }),
    gitHub: questions({ probot, clock }, settings, reach),
    start: () =>
      together([
        startPublisher({ ...parts, budgets, publishing, ...timingOf(parts.limits) }),
        startReconciler({ checks, clock, log, everyMs: rhythm.reconcileEveryMs }),
        startRedelivery({
          probot,
          clock,
          log,
          everyMs: rhythm.redeliverEveryMs,
          afterMs: rhythm.redeliverAfterMs,
        }),
        startSurvey({ ...surveying, everyMs: rhythm.surveyEveryMs, graceMs: rhythm.graceMs }, bell),
      ]),
  }
}

/** Only the questions, for processes that neither take deliveries nor publish checks. */
export const createGitHubPort = (settings: AppSettings, clock: Clock, reach: Reach): GitHub =>
  questions({ probot: createClient(settings), clock }, settings, reach)

/** What a pipeline remembers of its repository may be old: all is asked under its name of now. */
function questions(
  asking: Asking,
  { gheHost, gheProtocol }: AppSettings,
  reach: Pick<Reach, 'byId'>,
): GitHub {
  const now = (repository: Repository) => placeOf(reach, repository)
  const cloneAccess = createCloneAccess(asking, addressesOf(gheHost, gheProtocol))
  return {
    readFile: async (repository, ref, path, { rare } = { rare: false }) =>
      readFile(asking, await now(repository), { ref, path, rare }),
    defaultBranch: async (repository) => defaultBranch(asking, await now(repository)),
    head: async (repository, branch) => head(asking, await now(repository), branch),
    tag: async (repository, name) => tag(asking, await now(repository), name),
    commit: async (repository, sha) => commit(asking, await now(repository), sha),
    openPullRequests: async (repository, branch) =>
      openPullRequests(asking, await now(repository), branch),
    pullRequest: async (repository, number) => pullRequest(asking, await now(repository), number),
    person: async (repository, login) => person(asking, await now(repository), login),
    permission: async (repository, whom) => permission(asking, await now(repository), whom),
    inTeam: async (repository, slug, whom) => inTeam(asking, await now(repository), slug, whom),
    cloneAccess: async (repository) => cloneAccess(await now(repository)),
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

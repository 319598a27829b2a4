import type { ApplicationFunction } from 'probot'
import { isFromFork, type Repository, type Trigger } from '../../model/trigger.ts'
import type { Checks } from '../../ports/checks.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Inbox, Pipelines, PullHead } from '../../ports/inbox.ts'
import type { Log } from '../../ports/log.ts'
import type { Reach } from '../../ports/reach.ts'
import { plainText } from '../text.ts'
import { clickEvents, readClick } from './check-run.ts'
import { readSuiteRerun, suiteEvents } from './check-suite.ts'
import { readInstallation } from './installation.ts'
import { commandEvents, readComment } from './issue-comment.ts'
import type { IsKnown } from './known.ts'
import { mergeGroupEvents, readMergeGroup } from './merge-group.ts'
import { closedForkEvents, pullRequestEvents, readPullRequest } from './pull-request.ts'
import { pushEvents, readPush } from './push.ts'
import type { Delivery, Ignored, Reading, Self } from './reading.ts'
import { isIgnored, nothing, unusable } from './reading.ts'

export interface Receiving {
  readonly self: Self
  readonly inbox: Inbox
  readonly checks: Pick<Checks, 'byExternalId' | 'facts'>
  readonly pipelines: Pipelines
  readonly isKnown: IsKnown
  /** What a pull request would bring in now; null when there is none such. */
  readonly pullHead: (repository: Repository, number: number) => Promise<PullHead | null>
  readonly reach: Pick<Reach, 'byId'>
  /** Says that something about the App's installations or repositories may have changed. */
  readonly lookAround: () => void
  readonly clock: Clock
  readonly log: Log
  /** Time to store a delivery in, in milliseconds; see `webhookApp`. */
  readonly storeWithinMs: number
}

interface Received {
  readonly delivery: Delivery
  readonly receiving: Receiving
}

type Reader = (received: Received) => Reading | Promise<Reading>

/** Everything that GitHub can tell us and we listen to. The rest is answered and forgotten. */
const readers = [
  ['push', receivePush],
  ['pull_request.opened', receivePullRequest],
  ['pull_request.synchronize', receivePullRequest],
  ['pull_request.reopened', receivePullRequest],
  ['pull_request.ready_for_review', receivePullRequest],
  ['pull_request.labeled', receivePullRequest],
  ['pull_request.closed', receivePullRequest],
  ['merge_group.checks_requested', receiveMergeGroup],
  ['merge_group.destroyed', receiveMergeGroup],
  ['check_run.requested_action', receiveClick],
  ['check_run.rerequested', receiveClick],
  ['check_suite.rerequested', receiveSuiteRerun],
  ['issue_comment.created', receiveComment],
  ['installation', receiveChange],
  ['installation_repositories', receiveChange],
  ['installation_target', receiveChange],
  ['repository', receiveChange],
] as const satisfies readonly (readonly [string, Reader])[]

/**
 * The App as Probot runs it. A delivery is stored and nothing else: what it causes happens elsewhere,
 * after GitHub was answered. When storing fails or takes too long the handler throws, GitHub hears 500,
 * and the delivery is sent again later; a late success does no harm, its key is known then. (Probot
 * would answer 202 after nine seconds, and GitHub would take the delivery for kept.)
 */
export function webhookApp(receiving: Receiving): ApplicationFunction {
  const note = createNotes(receiving.log)
  return (app) => {
    for (const [event, read] of readers)
      app.on(event, async ({ id, name, payload }) => {
        const delivery = { id, name, payload, receivedAt: receiving.clock.now() }
        const reading = await inTime(store(read, { delivery, receiving }), receiving).catch(
          (error: unknown) => {
            const facts = { delivery: id, event: name, error: String(error) }
            receiving.log.error(facts, 'a delivery could not be stored')
            throw error
          },
        )
        if (isIgnored(reading)) note(delivery, reading)
      })
  }
}

/** Durable when it resolves. */
async function store(read: Reader, received: Received): Promise<Reading> {
  const reading = await read(received)
  if (!isIgnored(reading)) await received.receiving.inbox.put(reading)
  return reading
}

/** GitHub is asked what there is now: what this delivery says may be old. */
function receiveChange({ delivery, receiving }: Received): Reading {
  receiving.lookAround()
  return readInstallation(delivery)
}

async function receivePush({ delivery, receiving }: Received): Promise<Reading> {
  const trigger = readPush(delivery, receiving.self)
  if (isIgnored(trigger)) return trigger
  return (await refusal(trigger, receiving)) ?? pushEvents(trigger, delivery)
}

async function receivePullRequest({ delivery, receiving }: Received): Promise<Reading> {
  const trigger = readPullRequest(delivery, receiving.self)
  if (isIgnored(trigger)) return trigger
  const refused = await refusal(trigger, receiving)
  if (refused) return refused
  if (!isFromFork(trigger) || trigger.event.action !== 'closed')
    return pullRequestEvents(trigger, delivery)
  const held = await receiving.pipelines.held(trigger.repository.id, trigger.ref.name)
  return closedForkEvents(held, delivery)
}

async function receiveMergeGroup({ delivery, receiving }: Received): Promise<Reading> {
  const trigger = readMergeGroup(delivery, receiving.self)
  const refused = isIgnored(trigger) ? null : await refusal(trigger, receiving)
  return refused ?? mergeGroupEvents(trigger, delivery)
}

/** Why nothing of this repository is for us; null: it is known. */
async function refusal(
  { repository }: Trigger,
  { isKnown, reach, lookAround }: Receiving,
): Promise<Ignored | null> {
  const { owner, name, installationId } = repository
  if ((await reach.byId(repository.id))?.closed) lookAround()
  if (await isKnown(repository)) return null
  return unusable(
    `installation ${installationId} does not give this App access to ${owner}/${name}`,
  )
}

async function receiveClick({ delivery, receiving }: Received): Promise<Reading> {
  const { self, checks } = receiving
  const click = readClick(delivery, self)
  if (isIgnored(click)) return click
  const found = await checks.byExternalId(click.externalId)
  if (!found) return nothing('a check that is not in this database')
  return clickEvents(click, { ...found, facts: await checks.facts(found.row) }, delivery)
}

async function receiveSuiteRerun({ delivery, receiving }: Received): Promise<Reading> {
  const { self, pipelines } = receiving
  const rerun = readSuiteRerun(delivery, self)
  if (isIgnored(rerun)) return rerun
  const ids = await pipelines.atCommit(rerun.repositoryId, rerun.sha)
  return suiteEvents(rerun, ids, delivery)
}

/**
 * The comment names a pull request; what it is about is the commit that this would bring in. Who proposes
 * from a fork chooses that commit, so that pipelines of other branches at the same one hear nothing.
 */
async function receiveComment({ delivery, receiving }: Received): Promise<Reading> {
  const { self, pipelines, pullHead } = receiving
  const comment = readComment(delivery, self)
  if (isIgnored(comment)) return comment
  const head = await pullHead(comment.repository, comment.number)
  const ids = head === null ? [] : await pipelines.ofHead(comment.repository.id, head)
  if (ids.length === 0) return nothing('a command about a commit without a pipeline')
  return commandEvents(comment, ids, delivery)
}

async function inTime<Value>(
  work: Promise<Value>,
  { clock, storeWithinMs }: Receiving,
): Promise<Value> {
  const done = new AbortController()
  const late = clock.sleep(storeWithinMs, done.signal).then(async () => {
    if (done.signal.aborted) return await work
    throw new Error(`not stored within ${storeWithinMs} ms`)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}

const reasonsAtMost = 1000

/** Says why deliveries are ignored: each unusable kind once, so that nobody can flood the log. */
function createNotes(log: Log): (delivery: Delivery, ignored: Ignored) => void {
  const told = new Set<string>()
  return ({ id, name }, { ignored, because }) => {
    const facts = { delivery: id, event: name, because: plainText(ignored, 300) }
    if (because === 'nothing') return log.info(facts, 'delivery ignored')
    if (told.has(`${name} ${ignored}`) || told.size >= reasonsAtMost) return
    told.add(`${name} ${ignored}`)
    log.warn(facts, 'delivery ignored, further ones of this kind silently')
  }
}

import { unreachable } from '../../model/result.ts'
import type { CheckFacts, CheckRow, CheckRunOnGitHub, Checks } from '../../ports/checks.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Clients } from '../client.ts'
import { failureOf } from '../failure.ts'
import type { DesiredCheck, RenderOptions } from '../render/desired.ts'
import { render } from '../render/render.ts'
import type { CheckApi } from './check-api.ts'
import { createRun, findRun, seeRun, updateRun } from './check-api.ts'
import type { Ids, Standing } from './next-request.ts'
import { hasOutcome, newId, nextRequest } from './next-request.ts'

export interface Publishing {
  readonly probot: Clients
  readonly appId: number
  readonly checks: Checks
  readonly clock: Clock
  readonly render: Omit<RenderOptions, 'scarce'>
  /** Called when GitHub speaks as if the App had lost a repository. */
  readonly lostSight: () => void
}

/** Below the lease of a row, so that no other process begins while we still wait for an answer. */
const rowTimeoutMs = 45_000
/** GitHub calls open checks stale after 14 days. */
const renewAfterMs = 10 * 24 * 3_600_000

/**
 * Moves one leased check to what it should show now, and notes in the store what GitHub has. Throws what
 * the store or GitHub's client throws; the row is still leased then. `scarce`: checks of jobs are held
 * back, and the one of the whole commit says so.
 */
export async function publishRow(
  publishing: Publishing,
  row: CheckRow,
  scarce: boolean,
): Promise<void> {
  const { checks } = publishing
  const facts = await checks.facts(row)
  if (facts === null) return await checks.unchanged(row.key, row.wanted)
  const octokit = await publishing.probot.auth(row.installationId)
  const signal = AbortSignal.timeout(rowTimeoutMs)
  const desired = render(facts, { ...publishing.render, scarce })
  if (desired.folds) await checks.fold(row.key)
  const sent = await remembering({
    publishing,
    row,
    desired,
    ids: idsOf(row, facts),
    api: { octokit, row, appId: publishing.appId, signal },
  })
  if (sent === null) await checks.unchanged(row.key, row.wanted)
  else await checks.sent(row.key, row.wanted, sent)
}

interface Work {
  readonly publishing: Publishing
  readonly row: CheckRow
  readonly desired: DesiredCheck
  readonly ids: Ids
  readonly api: CheckApi
}

const idsOf = ({ subject }: CheckRow, facts: CheckFacts): Ids =>
  facts.kind === 'job'
    ? { pipelineId: facts.pipeline.id, workflowId: facts.workflow.id, jobId: facts.job.id }
    : { pipelineId: subject.pipelineId, workflowId: null, jobId: null }

/** The run that GitHub has now; null when nothing had to be sent. */
async function move(work: Work): Promise<CheckRunOnGitHub | null> {
  const standing = await standingOf(work)
  const request = nextRequest(standing, work.desired, work.ids)
  switch (request.kind) {
    case 'nothing':
      return standing.current?.completed === false ? await verify(work, standing.current) : null
    case 'update':
      return await update(work, standing, request.run)
    case 'create':
      return await create(work, request.externalId)
    default:
      return unreachable(request)
  }
}

/** What GitHub has: also the run of a create whose answer was lost. */
async function standingOf(work: Work): Promise<Standing> {
  const { row, api, desired } = work
  const { current, sequence, unanswered } = row
  if (unanswered === null) return { current: await believed(work), sequence, unfound: null }
  const found = await findRun(api, desired.name, unanswered)
  return found === null
    ? { current, sequence, unfound: unanswered }
    : { current: found, sequence, unfound: null }
}

/** Digests of open checks whose last answer this process has seen, by row. */
const answers = new WeakMap<Checks, Map<string, string>>()

function answersOf({ checks }: Publishing): Map<string, string> {
  const known = answers.get(checks) ?? new Map<string, string>()
  answers.set(checks, known)
  return known
}

/**
 * An update whose answer nobody saw (it was lost, or the process was killed) may have completed the
 * check. A completed one must never be sent another conclusion, so GitHub is asked first.
 */
async function believed(work: Work): Promise<CheckRunOnGitHub | null> {
  const { row, api, publishing } = work
  const { current } = row
  if (current === null || current.completed) return current
  if (answersOf(publishing).get(row.key) === current.digest) return current
  const seen = await seeRun(api, current).catch((error: unknown) => goneOrThrow(work, error))
  return seen?.run ?? { ...current, completed: true, digest: 'gone:' }
}

/** What was sent is in doubt unless its answer was seen. */
async function remembering(work: Work): Promise<CheckRunOnGitHub | null> {
  const known = answersOf(work.publishing)
  try {
    const run = await move(work)
    if (run?.completed) known.delete(work.row.key)
    else if (run) known.set(work.row.key, run.digest)
    return run
  } catch (error) {
    known.delete(work.row.key)
    throw error
  }
}

/**
 * An open check that seems to be as it should was made due by the reconciler, or by a change that shows
 * nowhere. GitHub is asked before that is believed: a check that ended or vanished there must not stay
 * stuck, and one that is about to be called stale gets a successor.
 */
async function verify(work: Work, run: CheckRunOnGitHub): Promise<CheckRunOnGitHub | null> {
  const { row, api, desired, ids, publishing } = work
  const standing = { current: run, sequence: row.sequence, unfound: null }
  const seen = await seeRun(api, run).catch((error: unknown) => goneOrThrow(work, error))
  const old = seen !== null && publishing.clock.now() - seen.openedAt > renewAfterMs
  if (seen === null || old) return await create(work, newId(standing, ids))
  if (seen.run.completed) {
    const request = nextRequest({ ...standing, current: seen.run }, desired, ids)
    if (request.kind === 'create') return await create(work, request.externalId)
  }
  return hasOutcome(seen.run, desired) ? null : await update(work, standing, seen.run)
}

async function update(
  work: Work,
  standing: Standing,
  run: CheckRunOnGitHub,
): Promise<CheckRunOnGitHub> {
  const sent = await updateRun(work.api, work.desired, run).catch((error: unknown) =>
    goneOrThrow(work, error),
  )
  return sent ?? (await create(work, newId({ ...standing, current: run }, work.ids)))
}

/** Its name is durable before it is sent: a lost answer is then looked up, never simply repeated. */
async function create(work: Work, externalId: string): Promise<CheckRunOnGitHub> {
  await work.publishing.checks.creating(work.row.key, externalId)
  return await createRun(work.api, work.desired, externalId)
}

/** The run is out of our hands: deleted, or made by this App's predecessor with another id. */
function goneOrThrow({ publishing }: Work, error: unknown): null {
  const failure = failureOf(error, publishing.clock.now())
  const foreign = failure.message.includes('Invalid app_id')
  if (failure.kind === 'refused' && (failure.status === 404 || foreign)) return null
  throw error
}

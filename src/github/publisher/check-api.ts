import type { CheckRow, CheckRunOnGitHub } from '../../ports/checks.ts'
import type { Octokit } from '../client.ts'
import type { CheckState, DesiredCheck } from '../render/desired.ts'
import { annotationsPerRequest } from '../render/limits.ts'
import { digestOf, unknownDigest } from './next-request.ts'

/** The calls about one check. All throw what Octokit throws. */
export interface CheckApi {
  readonly octokit: Octokit
  readonly row: Pick<CheckRow, 'repository' | 'sha'>
  readonly appId: number
  /** Ends everything that is under way for the row. */
  readonly signal: AbortSignal
}

export async function createRun(
  api: CheckApi,
  desired: DesiredCheck,
  externalId: string,
): Promise<CheckRunOnGitHub> {
  const first = desired.annotations.slice(0, annotationsPerRequest)
  const { data } = await api.octokit.rest.checks.create({
    ...about(api),
    ...body(desired),
    output: { ...output(desired), annotations: [...first] },
    head_sha: api.row.sha,
    external_id: externalId,
  })
  await annotate(api, desired, { id: data.id, count: first.length })
  return sentRun(data.id, externalId, desired)
}

export async function updateRun(
  api: CheckApi,
  desired: DesiredCheck,
  run: CheckRunOnGitHub,
): Promise<CheckRunOnGitHub> {
  const { data } = await api.octokit.rest.checks.update({
    ...about(api),
    ...body(desired),
    output: output(desired),
    check_run_id: run.githubId,
  })
  await annotate(api, desired, { id: run.githubId, count: data.output.annotations_count })
  return sentRun(run.githubId, run.externalId, desired)
}

/**
 * Adds the annotations that are still missing. GitHub appends whatever it is sent, so what comes next is
 * counted: from what GitHub says it has, where an earlier request about the check may have gone unanswered.
 */
async function annotate(
  api: CheckApi,
  desired: DesiredCheck,
  run: { readonly id: number; readonly count: number },
): Promise<void> {
  const all = desired.annotations
  for (let from = run.count; from < all.length; from += annotationsPerRequest) {
    await api.octokit.rest.checks.update({
      ...about(api),
      check_run_id: run.id,
      output: { ...output(desired), annotations: all.slice(from, from + annotationsPerRequest) },
    })
  }
}

/** The run as GitHub has it; null when it is gone. `openedAt` is when GitHub saw it begin, ms since 1970. */
export interface SeenRun {
  readonly run: CheckRunOnGitHub
  readonly openedAt: number
}

export async function seeRun(api: CheckApi, run: CheckRunOnGitHub): Promise<SeenRun> {
  const request = { ...about(api), check_run_id: run.githubId }
  const { data } = await api.octokit.rest.checks.get(request)
  return { run: seen(data, run.externalId), openedAt: Date.parse(data.started_at ?? '') }
}

/** 1,000 runs of one name is all that GitHub keeps. */
const pagesAtMost = 10
const perPage = 100

/**
 * The run of a create whose answer was lost; null when it never happened. The newest of several, if
 * GitHub ever took the same create twice.
 */
export async function findRun(
  api: CheckApi,
  name: string,
  externalId: string,
): Promise<CheckRunOnGitHub | null> {
  const found: SeenFields[] = []
  for (let page = 1; page <= pagesAtMost; page++) {
    const runs = await runsNamed(api, name, page)
    found.push(...runs.filter((run) => run.external_id === externalId))
    if (runs.length < perPage) break
  }
  const newest = found.toSorted((a, b) => b.id - a.id)[0]
  return newest ? seen(newest, externalId) : null
}

/** Not through Octokit's pages: those forget the deadline and take some errors for an empty list. */
async function runsNamed(api: CheckApi, name: string, page: number) {
  const { data } = await api.octokit.rest.checks.listForRef({
    ...about(api),
    ref: api.row.sha,
    check_name: name,
    app_id: api.appId,
    filter: 'all',
    per_page: perPage,
    page,
  })
  return data.check_runs
}

interface SeenFields {
  readonly id: number
  readonly status: string
  readonly conclusion: string | null
}

const seen = ({ id, status, conclusion }: SeenFields, externalId: string): CheckRunOnGitHub => ({
  githubId: id,
  externalId,
  completed: status === 'completed',
  digest: unknownDigest(conclusion ?? status),
})

const sentRun = (githubId: number, externalId: string, desired: DesiredCheck) => ({
  githubId,
  externalId,
  completed: desired.state.status === 'completed',
  digest: digestOf(desired),
})

const about = ({ row, signal }: CheckApi) => ({
  owner: row.repository.owner,
  repo: row.repository.name,
  request: { signal },
})

const body = (desired: DesiredCheck) => ({
  name: desired.name,
  ...stateFields(desired.state),
  details_url: desired.detailsUrl,
  actions: desired.actions.map((action) => ({ ...action })),
})

function stateFields(state: CheckState) {
  if (state.status === 'queued') return { status: state.status }
  if (state.status === 'in_progress') return { status: state.status, ...startedAt(state) }
  return {
    status: state.status,
    conclusion: state.conclusion,
    ...startedAt(state),
    ...(state.completedAt !== null && { completed_at: new Date(state.completedAt).toISOString() }),
  }
}

const startedAt = (state: { readonly startedAt: number | null }) =>
  state.startedAt !== null && { started_at: new Date(state.startedAt).toISOString() }

const output = ({ title, summary, text }: DesiredCheck) => ({
  title,
  summary,
  ...(text !== null && { text }),
})

import { latestOf } from '../../checks/roll-up.ts'
import { noCommit } from '../../checks/rules.ts'
import { createRun, rerequestRun, updateRun } from '../../checks/runs.ts'
import { annotationShape, runAnswer } from '../../shapes/check.ts'
import type { Repository, Run, Suite } from '../../world.ts'
import {
  type Answer,
  type Call,
  commitNamed,
  commitWithSha,
  type Handler,
  ok,
  pageOf,
  repositoryOf,
} from '../call.ts'
import { notFound, Refusal } from '../refusal.ts'

const create: Handler = async (call) => {
  const { world } = call
  const repository = repositoryOf(call)
  requireWritable(repository)
  const sha = call.body.head_sha ?? ''
  const commit = await commitWithSha(repository, sha, () => noCommit(sha))
  const place = { app: world.app, repository, commit, headBranch: null }
  return { status: 201, body: runAnswer(world, createRun(world, place, call.body)) }
}

const update: Handler = (call) => {
  const run = ownRun(call)
  requireWritable(run.suite.repository)
  updateRun(call.world, run, call.body)
  return ok(runAnswer(call.world, run))
}

const requireWritable = ({ archived }: Repository): void => {
  if (archived) throw new Refusal(403, 'Repository was archived so is read-only.')
}

const get: Handler = (call) => ok(runAnswer(call.world, runNamed(call)))

const listAnnotations: Handler = (call) => {
  const run = runNamed(call)
  const { items, headers } = pageOf(call, run.annotations)
  const body = items.map((annotation) => annotationShape(call.world, run, annotation))
  return { status: 200, body, headers }
}

const rerequest: Handler = (call) => {
  const run = ownRun(call)
  if (run.status !== 'completed') throw new Refusal(422, 'This check run is not rerequestable')
  void rerequestRun(call.world, run, call.world.app.bot)
  return { status: 201, body: {} }
}

const listForCommit: Handler = async (call) => {
  const repository = repositoryOf(call)
  const commit = await commitNamed(repository, call.path['ref'] ?? '')
  const suites = call.world.suites.filter(
    (suite) => suite.repository === repository && suite.commit.sha === commit.sha,
  )
  return listRuns(call, suites)
}

const listForSuite: Handler = (call) => listRuns(call, [suiteNamed(call)])

/** Newest first. `filter=latest`, the default, hides older runs of a name, suite by suite. */
const listRuns = (call: Call, suites: readonly Suite[]): Answer => {
  const { filter, check_name, status, app_id } = call.query
  const runs = suites
    .flatMap((suite) => (filter === 'all' ? suite.runs : latestOf(suite.runs)))
    .filter((run) => check_name === undefined || run.name === check_name)
    .filter((run) => status === undefined || run.status === status)
    .filter((run) => app_id === undefined || run.suite.app.id === Number(app_id))
    .toSorted((one, two) => two.id - one.id)
  const { items, headers } = pageOf(call, runs)
  const check_runs = items.map((run) => runAnswer(call.world, run))
  return { status: 200, body: { total_count: runs.length, check_runs }, headers }
}

export const suiteNamed = (call: Call): Suite => {
  const repository = repositoryOf(call)
  const id = Number(call.path['check_suite_id'])
  const suite = call.world.suites.find((one) => one.id === id && one.repository === repository)
  if (!suite) throw notFound()
  return suite
}

const runNamed = (call: Call): Run => {
  const repository: Repository = repositoryOf(call)
  const run = call.world.runs.get(Number(call.path['check_run_id']))
  if (run?.suite.repository !== repository) throw notFound()
  return run
}

const ownRun = (call: Call): Run => {
  const run = runNamed(call)
  const { app } = run.suite
  if (app === call.world.app) return run
  throw new Refusal(
    403,
    `Invalid app_id \`${call.world.app.id}\` - check run can only be modified by the GitHub App that created it.`,
  )
}

export const checkRunOperations: Readonly<Record<string, Handler>> = {
  'checks/create': create,
  'checks/update': update,
  'checks/get': get,
  'checks/list-annotations': listAnnotations,
  'checks/rerequest-run': rerequest,
  'checks/list-for-ref': listForCommit,
  'checks/list-for-suite': listForSuite,
}

import { noCommit } from '../../checks/rules.ts'
import { addSuite, findSuite, rerequestSuite } from '../../checks/suites.ts'
import { suiteShape } from '../../shapes/check.ts'
import { commitNamed, commitWithSha, type Handler, ok, pageOf, repositoryOf } from '../call.ts'
import { Refusal } from '../refusal.ts'
import { suiteNamed } from './check-runs.ts'

/** 201 when it is new, 200 when it was there. */
const create: Handler = async (call) => {
  const { world } = call
  const repository = repositoryOf(call)
  const sha = call.body.head_sha ?? ''
  const commit = await commitWithSha(repository, sha, () => noCommit(sha))
  const identity = { app: world.app, repository, commit }
  const known = findSuite(world, identity)
  const suite = known ?? addSuite(world, { ...identity, headBranch: null, before: null })
  return { status: known ? 200 : 201, body: suiteShape(world, suite) }
}

const get: Handler = (call) => ok(suiteShape(call.world, suiteNamed(call)))

const rerequest: Handler = (call) => {
  const suite = suiteNamed(call)
  if (suite.app !== call.world.app) throw new Refusal(403, 'Resource not accessible by integration')
  void rerequestSuite(call.world, suite, call.world.app.bot)
  return { status: 201, body: {} }
}

const listForCommit: Handler = async (call) => {
  const { world, query } = call
  const repository = repositoryOf(call)
  const commit = await commitNamed(repository, call.path['ref'] ?? '')
  const { app_id, check_name } = query
  const suites = world.suites
    .filter((suite) => suite.repository === repository && suite.commit.sha === commit.sha)
    .filter((suite) => app_id === undefined || suite.app.id === Number(app_id))
    .filter((suite) => !check_name || suite.runs.some((run) => run.name === check_name))
  const { items, headers } = pageOf(call, suites)
  const check_suites = items.map((suite) => suiteShape(world, suite))
  return { status: 200, body: { total_count: suites.length, check_suites }, headers }
}

export const checkSuiteOperations: Readonly<Record<string, Handler>> = {
  'checks/create-suite': create,
  'checks/get-suite': get,
  'checks/rerequest-suite': rerequest,
  'checks/list-suites-for-ref': listForCommit,
}

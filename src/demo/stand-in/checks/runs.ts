import type { JsonObject } from '../description/schema.ts'
import { runPayload } from '../shapes/check.ts'
import { emit } from '../webhooks/emit.ts'
import type { AppIdentity, Person, Run, RunStatus, Suite, World } from '../world.ts'
import { checkRunBody, type RunBody } from './rules.ts'
import { addSuite, findSuite, type NewSuite, touchSuite } from './suites.ts'

/** Makes a run, and its suite if that is missing. Names and external ids may repeat. */
export const createRun = (world: World, place: Omit<NewSuite, 'before'>, body: RunBody): Run => {
  checkRunBody(body)
  const suite = findSuite(world, place) ?? addSuite(world, { ...place, before: null })
  const run = newRun(world, suite)
  suite.runs.push(run)
  world.runs.set(run.id, run)
  apply(world, run, body)
  void emitRun(world, run, { action: 'created', sender: suite.app.bot })
  reported(world, run, false)
  return run
}

/** Changes a run. What is completed stays so: GitHub answers 200 and keeps status and conclusion. */
export const updateRun = (world: World, run: Run, body: RunBody): void => {
  checkRunBody(body)
  const wasCompleted = run.status === 'completed'
  const reopening = wasCompleted && changesOutcome(run, body)
  if (reopening) {
    const wanted = body.conclusion ?? body.status ?? ''
    world.violations.push(`check run ${run.id} (${run.name}) is completed, yet set to ${wanted}`)
  }
  const { status: _, conclusion: __, completed_at: ___, ...rest } = body
  apply(world, run, reopening ? rest : body)
  reported(world, run, wasCompleted)
}

const changesOutcome = (run: Run, { status, conclusion }: RunBody): boolean =>
  conclusion === undefined
    ? status !== undefined && status !== 'completed'
    : conclusion !== run.conclusion

const reported = (world: World, run: Run, wasCompleted: boolean): void => {
  if (run.status === 'completed' && !wasCompleted) {
    void emitRun(world, run, { action: 'completed', sender: run.suite.app.bot })
  }
  touchSuite(world, run.suite)
}

const newRun = (world: World, suite: Suite): Run => ({
  id: world.nextId('run'),
  suite,
  name: '',
  externalId: '',
  detailsUrl: homepage(world, suite.app),
  status: 'queued',
  conclusion: null,
  startedAt: world.clock.now(),
  completedAt: null,
  title: null,
  summary: null,
  text: null,
  annotations: [],
  actions: [],
})

const homepage = (world: World, app: AppIdentity): string => `${world.url}/apps/${app.slug}`

/** Sets what the body names; annotations are added to those already there. */
const apply = (world: World, run: Run, body: RunBody): void => {
  run.name = body.name ?? run.name
  run.externalId = body.external_id ?? run.externalId
  run.detailsUrl = body.details_url ?? run.detailsUrl
  run.actions = body.actions ?? run.actions
  if (body.started_at !== undefined) run.startedAt = Date.parse(body.started_at)
  applyOutput(run, body.output)
  run.status = body.conclusion === undefined ? toStatus(body.status, run.status) : 'completed'
  run.conclusion = body.conclusion ?? run.conclusion
  if (run.status !== 'completed') return
  const completedAt = body.completed_at === undefined ? null : Date.parse(body.completed_at)
  run.completedAt = completedAt ?? run.completedAt ?? world.clock.now()
}

const applyOutput = (run: Run, output: RunBody['output']): void => {
  run.title = output?.title ?? run.title
  run.summary = output?.summary ?? run.summary
  run.text = output?.text ?? run.text
  run.annotations.push(...(output?.annotations ?? []))
}

const toStatus = (wanted: string | undefined, now: RunStatus): RunStatus =>
  wanted === 'queued' || wanted === 'in_progress' ? wanted : now

export interface RunHappening {
  readonly action: 'created' | 'completed' | 'rerequested' | 'requested_action'
  readonly sender: Person
  readonly payload?: JsonObject
}

/** Tells the App about a run. Re-runs and clicks reach only the App that made the run. */
export const emitRun = (
  world: World,
  run: Run,
  { action, sender, payload }: RunHappening,
): Promise<void> => {
  const own = run.suite.app === world.app
  if (!own && (action === 'rerequested' || action === 'requested_action')) return Promise.resolve()
  return emit(world, {
    event: 'check_run',
    action,
    repository: run.suite.repository,
    sender,
    payload: { check_run: runPayload(world, run), ...payload },
  })
}

/** Asks for one run again: the run itself stays as it is. */
export const rerequestRun = (world: World, run: Run, sender: Person): Promise<void> => {
  run.suite.rerequested = true
  run.suite.announced = false
  return emitRun(world, run, { action: 'rerequested', sender })
}

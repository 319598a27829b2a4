import { expect, test } from 'vitest'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import type { Continued } from '../../src/model/event.ts'
import type { PipelineId } from '../../src/model/ids.ts'
import type { Plan } from '../../src/model/plan.ts'
import { ann, plan, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

const hour = 60 * 60 * 1000
const setupPlan = (graph = { generate: '' }): Plan => ({
  ...plan(plannedWorkflow('setup', graph)),
  setup: { taken: ['given'] },
})
const main = (name = 'build') => plan(plannedWorkflow(name, { compile: '', test: 'compile' }))
const config = { file: 'next.yml', text: 'version: 2.1', parameters: { further: true } }

const problem: Diagnostic = {
  code: 'unknown-job',
  severity: 'error',
  message: 'no job x',
  file: 'next.yml',
  where: { line: 3, column: 1, endLine: 3, endColumn: 4 },
  hint: null,
  path: '',
}

interface Asking {
  readonly by?: string
  readonly config?: Continued['config']
  readonly at?: number
}

function ask(world: World, id: PipelineId, asking: Asking = {}) {
  const about = { type: 'continued', pipelineId: id, at: world.tick(), by: 'job', config } as const
  return world.happen({ ...about, ...asking })
}

function begun(graph?: Parameters<typeof setupPlan>[0]) {
  const world = new World()
  const id = world.push(setupPlan(graph))
  return { world, id, pipeline: () => world.pipelines.get(id) }
}

const answer = (world: World, id: PipelineId, planned: Plan) =>
  world.happen({
    type: 'compiled',
    pipelineId: id,
    at: world.tick(),
    plan: planned,
    continuation: true,
  })

const continued = (world: World, id: PipelineId, planned = main()) => {
  ask(world, id)
  answer(world, id, planned)
}

const noticesOf = (world: World, id: PipelineId) => world.pipelines.get(id)?.notices.join('\n')

test('a continuation is compiled with its text, its parameters and those that it must not give', () => {
  const { world, id, pipeline } = begun()
  const [effect] = ask(world, id).filter(({ type }) => type === 'compile')
  expect(effect).toMatchObject({
    pipelineId: id,
    number: 1,
    continuation: { ...config, taken: ['given'] },
  })
  expect(pipeline()).toMatchObject({
    state: 'created',
    continuation: { stage: 'compiling', by: 'job' },
  })
})

test('its workflows join the pipeline and run, whatever becomes of the setup workflow', () => {
  const { world, id, pipeline } = begun()
  continued(world, id)
  expect(pipeline()?.continuation?.stage).toBe('continued')
  expect(world.statuses()).toEqual({ generate: 'queued', compile: 'queued', test: 'blocked' })
  world.end('compile')
  world.end('generate', 'failed')
  world.end('test')
  expect(world.workflow('build').status).toBe('success')
  expect(world.workflow('setup').status).toBe('failed')
})

test('only jobs of the setup config belong to a setup workflow', () => {
  const { world, id } = begun()
  continued(world, id)
  expect(world.workflow('setup').setup).toBe(true)
  expect(world.workflow('build').setup).toBe(false)
})

test('an ordinary pipeline cannot be continued', () => {
  const world = new World()
  const id = world.push(main())
  expect(ask(world, id).map(({ type }) => type)).toEqual(['report'])
  expect(noticesOf(world, id)).toContain('setup: true')
})

test('a pipeline is continued once: another request changes nothing and is told, the same one is not', () => {
  const { world, id, pipeline } = begun()
  ask(world, id)
  expect(ask(world, id)).toEqual([])
  expect(ask(world, id, { by: 'another' }).map(({ type }) => type)).toEqual(['report'])
  expect(noticesOf(world, id)).toContain('once only')
  answer(world, id, main())
  ask(world, id, { by: 'another' })
  expect(pipeline()?.continuation).toEqual({ stage: 'continued', by: 'job' })
  expect(world.workflows.size).toBe(2)
})

test('a plan of a continuation that arrives twice starts its workflows once', () => {
  const { world, id } = begun()
  continued(world, id)
  answer(world, id, main())
  expect(world.tasks).toHaveLength(2)
})

test('the plan of the first config cannot stand for that of a continuation, nor the other way round', () => {
  const { world, id } = begun()
  ask(world, id)
  const first = { type: 'compiled', pipelineId: id, plan: main(), continuation: false } as const
  world.happen({ ...first, at: world.tick() })
  expect(world.workflows.size).toBe(1)
  const fresh = new World()
  const waiting = fresh.push(main())
  answer(fresh, waiting, main('other'))
  expect(fresh.workflows.size).toBe(1)
})

test('six hours after its beginning a pipeline can be continued no longer', () => {
  const { world, id, pipeline } = begun()
  ask(world, id, { at: (pipeline()?.createdAt ?? 0) + 6 * hour + 1 })
  expect(pipeline()?.continuation?.stage).toBe('open')
  expect(noticesOf(world, id)).toContain('six hours')
  ask(world, id, { at: (pipeline()?.createdAt ?? 0) + 6 * hour })
  expect(pipeline()?.continuation?.stage).toBe('compiling')
})

test('a pipeline that nobody continues is its setup workflow', () => {
  const { world, pipeline } = begun()
  world.end('generate')
  expect(world.workflow('setup').status).toBe('success')
  expect(pipeline()).toMatchObject({ state: 'created', continuation: { stage: 'open' } })
})

test('a pipeline that was closed cannot be continued', () => {
  const { world, id, pipeline } = begun()
  expect(ask(world, id, { config: null }).some(({ type }) => type === 'compile')).toBe(false)
  ask(world, id, { by: 'another' })
  expect(pipeline()?.continuation).toEqual({ stage: 'finished', by: 'job' })
})

test('a continuation that is a setup config again ends the pipeline as wrong', () => {
  const { world, id, pipeline } = begun()
  continued(world, id, setupPlan())
  expect(pipeline()).toMatchObject({
    state: 'errored',
    because: 'the continuation is a setup config again',
  })
  expect(world.workflows.size).toBe(1)
})

test('errors of a continuation are kept with what the first config was told', () => {
  const warning: Diagnostic = { ...problem, severity: 'warning', file: 'config.yml' }
  const world = new World()
  const id = world.push({ ...setupPlan(), diagnostics: [warning] })
  ask(world, id)
  const about = { pipelineId: id, at: world.tick(), continuation: true } as const
  world.happen({ type: 'rejected', ...about, diagnostics: [problem] })
  expect(world.pipelines.get(id)).toMatchObject({
    state: 'errored',
    because: "the continuation's config has an error",
    diagnostics: [warning, problem],
  })
  expect(world.job('generate').status).toBe('queued')
})

test('where GitHub does not answer while a continuation is compiled, the pipeline says so', () => {
  const { world, id, pipeline } = begun()
  ask(world, id)
  const because = 'GitHub is away'
  world.happen({ type: 'config-unavailable', pipelineId: id, at: world.tick(), because })
  expect(pipeline()).toMatchObject({
    state: 'errored',
    because: 'the continuation could not be read: GitHub is away',
  })
})

test('workflows of both configs may have one name; those of the continuation are counted on', () => {
  const { world, id } = begun()
  const graph = { compile: '' }
  const both = plan(...['setup', 'setup (2)', 'build'].map((name) => plannedWorkflow(name, graph)))
  continued(world, id, both)
  const names = [...world.workflows.values()].map(({ name }) => name)
  expect(names).toEqual(['setup', 'setup (3)', 'setup (2)', 'build'])
  expect(new Set([...world.jobs.values()].map((job) => job.workflowId)).size).toBe(4)
})

test('a canceled pipeline cannot be continued any more', () => {
  const { world, id, pipeline } = begun()
  world.click('cancel', null)
  ask(world, id)
  expect(pipeline()?.continuation).toEqual({ stage: 'finished', by: 'cancel:ann' })
})

test('canceled while its continuation is compiled, a pipeline starts nothing of it and did not succeed', () => {
  const { world, id, pipeline } = begun()
  ask(world, id)
  world.end('generate')
  world.click('cancel', null)
  answer(world, id, main())
  expect(pipeline()).toMatchObject({
    state: 'errored',
    because: 'canceled by ann before it was continued',
  })
  expect(world.workflows.size).toBe(1)
})

/** The trigger of the pipeline that a re-run begins, if one does. */
const fresh = (world: World) =>
  [...world.pipelines.values()].filter(({ trigger }) => trigger.type === 'rerun')

test('a setup workflow that continued its pipeline is run again in a fresh pipeline of the commit', () => {
  const { world, id } = begun()
  continued(world, id)
  for (const name of ['generate', 'compile', 'test']) world.end(name)
  world.click('rerun-all', null)
  world.answer()
  const [again] = fresh(world)
  expect(again).toMatchObject({ state: 'pending', number: 2, trigger: { actor: ann } })
  expect(again?.trigger.commit).toEqual(world.pipelines.get(id)?.trigger.commit)
  expect(noticesOf(world, id)).toContain('fresh pipeline')
})

test('so is one whose continuation was wrong', () => {
  const { world, id } = begun()
  ask(world, id)
  const about = { pipelineId: id, at: world.tick(), continuation: true } as const
  world.happen({ type: 'rejected', ...about, diagnostics: [problem] })
  world.end('generate')
  world.click('rerun-failed', null)
  world.answer()
  expect(fresh(world)).toHaveLength(1)
})

test('while something of the pipeline runs, no fresh one begins', () => {
  const { world, id } = begun()
  continued(world, id)
  world.end('generate', 'failed')
  world.start('compile')
  world.click('rerun-failed', null)
  world.answer()
  expect(fresh(world)).toHaveLength(0)
  expect(noticesOf(world, id)).toContain('still running')
})

test('failed jobs of the continuation are run again in their own pipeline', () => {
  const { world, id } = begun()
  continued(world, id)
  world.end('generate')
  world.end('compile', 'failed')
  world.click('rerun-failed', null)
  world.answer()
  expect(fresh(world)).toHaveLength(0)
  expect(world.workflow('build').attempt).toBe(2)
  expect(world.workflow('setup').attempt).toBe(1)
})

test('a setup workflow that failed before it continued anything is run again in its own pipeline', () => {
  const { world, id } = begun()
  world.end('generate', 'failed')
  world.click('rerun-failed', null)
  expect(world.workflow('setup')).toMatchObject({ attempt: 2, setup: true })
  continued(world, id)
  expect(world.statuses()).toMatchObject({ generate: 'queued', compile: 'queued' })
})

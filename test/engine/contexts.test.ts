import { expect, test } from 'vitest'
import type { Trigger } from '../../src/model/trigger.ts'
import { ann, bob, type Graph, plan, plannedWorkflow, trigger } from '../support/builders.ts'
import { World } from '../support/world.ts'

/** Jobs whose name begins with `deploy` need a context. */
function pushed(graph: Graph, change: Partial<Trigger> = {}, maxAutoReruns = 0): World {
  const world = new World()
  const workflow = plannedWorkflow('ci', graph)
  const jobs = workflow.jobs.map((job) =>
    job.name.startsWith('deploy') ? { ...job, contexts: ['prod', 'aws'] } : job,
  )
  world.push(plan({ ...workflow, jobs, maxAutoReruns }), { ...trigger(), ...change })
  return world
}

test('a job with contexts is queued when it is known that it may have them, others at once', () => {
  const world = pushed({ build: '', deploy: '', 'deploy-late': 'build' })
  expect(world.statuses()).toEqual({ build: 'queued', deploy: 'blocked', 'deploy-late': 'blocked' })
  expect(world.answerContexts()).toEqual(['prod,aws for ann'])
  expect(world.statuses()).toMatchObject({ deploy: 'queued', 'deploy-late': 'blocked' })
  world.end('build')
  expect(world.statuses()).toMatchObject({ 'deploy-late': 'blocked' })
  expect(world.answerContexts()).toEqual(['prod,aws for ann'])
  expect(world.statuses()).toMatchObject({ 'deploy-late': 'queued' })
})

test('a job that may not have its contexts is unauthorized, and what requires it hears of that', () => {
  const world = pushed({ deploy: '', after: 'deploy', tell: [{ deploy: ['unauthorized'] }] })
  world.answerContexts('there is no context prod in acme')
  expect(world.job('deploy')).toMatchObject({
    status: 'unauthorized',
    because: 'there is no context prod in acme',
    startedAt: null,
  })
  expect(world.statuses()).toMatchObject({ after: 'not_run', tell: 'queued' })
  world.end('tell')
  expect(world.workflow('ci').status).toBe('unauthorized')
})

test('after an approval the rights of the person count who approved', () => {
  const world = pushed({
    build: '',
    hold: 'build',
    deploy: ['hold', 'build'],
    'deploy-2': 'deploy',
  })
  world.end('build')
  world.click('approve', 'hold', bob)
  expect(world.answerContexts()).toEqual(['prod,aws for bob'])
  world.end('deploy')
  expect(world.answerContexts()).toEqual(['prod,aws for bob'])
})

test('an approval counts also when something else was waited for longer', () => {
  const world = pushed({ build: '', hold: '', deploy: ['hold', 'build'] })
  world.click('approve', 'hold', bob)
  world.end('build')
  expect(world.answerContexts()).toEqual(['prod,aws for bob'])
})

test('in a re-run the rights of the person count who asked for it, also behind an approval of before', () => {
  const world = pushed({ hold: '', build: 'hold', deploy: 'build' })
  world.click('approve', 'hold', ann)
  world.end('build', 'failed')
  world.click('rerun-failed', null, bob)
  expect(world.statuses()).toMatchObject({ hold: 'success', build: 'queued' })
  world.end('build')
  expect(world.answerContexts()).toEqual(['prod,aws for bob'])
})

test('of several who ask for a re-run together, each job has the rights of the first who asked for it', () => {
  const world = pushed({ 'deploy-a': '', 'deploy-b': '', after: 'deploy-a' })
  world.answerContexts()
  for (const name of ['deploy-a', 'deploy-b', 'after']) world.end(name)
  world.request('rerun-job', world.job('deploy-a').id, bob)
  world.request('rerun-all', null, ann)
  world.answer()
  expect(world.answerContexts()).toEqual(['prod,aws for bob', 'prod,aws for ann'])
  expect(world.job('after').authority).toMatchObject({ person: bob })
})

test('a job that is run again by itself keeps the rights that an approval gave it', () => {
  const world = pushed({ hold: '', deploy: 'hold' }, {}, 1)
  world.click('approve', 'hold', bob)
  world.answerContexts()
  world.end('deploy', 'failed')
  expect(world.answerContexts()).toEqual(['prod,aws for bob'])
})

test('in a re-run of everything whoever approves anew counts', () => {
  const world = pushed({ hold: '', deploy: 'hold' })
  world.click('approve', 'hold', ann)
  world.answerContexts()
  world.end('deploy')
  world.click('rerun-all', null, bob)
  world.click('approve', 'hold', ann)
  expect(world.answerContexts()).toEqual(['prod,aws for ann'])
})

test('an unauthorized job can be run again by somebody who may', () => {
  const world = pushed({ deploy: '' })
  world.answerContexts('no')
  world.click('rerun-failed', null, bob)
  expect(world.answerContexts()).toEqual(['prod,aws for bob'])
  expect(world.statuses()).toEqual({ deploy: 'queued' })
})

test('an answer that comes too late or twice changes nothing', () => {
  const world = pushed({ deploy: '', 'deploy-2': '' })
  const asked = world.effects.filter((effect) => effect.type === 'ask-contexts')
  world.click('cancel', 'deploy-2')
  world.answerContexts()
  expect(world.statuses()).toEqual({ deploy: 'queued', 'deploy-2': 'canceled' })
  const tasks = world.tasks.length
  for (const { pipelineId, jobId } of asked)
    world.happen({ type: 'contexts-answered', pipelineId, at: 99, jobId, refusal: 'no' })
  expect(world.statuses()).toEqual({ deploy: 'queued', 'deploy-2': 'canceled' })
  expect(world.tasks).toHaveLength(tasks)
})

test('a pipeline of a fork is given nothing, so nobody is asked', () => {
  const event = { name: 'pull_request', action: 'opened', values: {} } as const
  const world = pushed({ deploy: '' }, { type: 'pull-request', event })
  expect(world.answerContexts()).toEqual([])
  expect(world.statuses()).toEqual({ deploy: 'queued' })
})

test('who joins the re-run of a job by that of the setup workflow has the own rights only', () => {
  const world = new World()
  const setup = { ...plan(plannedWorkflow('setup', { build: '' })), setup: { taken: [] } }
  const pipelineId = world.push(setup)
  const about = () => ({ pipelineId, at: world.tick() })
  const config = { file: null, text: '', parameters: {} }
  world.happen({ ...about(), type: 'continued', by: 'x', config })
  const next = plan(plannedWorkflow('next', { deploy: '' }))
  world.happen({ ...about(), type: 'compiled', plan: next, continuation: true })
  for (const name of ['build', 'deploy']) world.end(name, 'failed')
  world.request('rerun-job', world.job('deploy').id, bob)
  world.request('rerun-job', world.job('build').id, ann)
  world.answer()
  const fresh = world.effects.flatMap((one) => (one.type === 'later' ? [one.event] : []))
  expect(fresh).toMatchObject([{ type: 'triggered', trigger: { type: 'rerun', actor: ann } }])
})

test('a setup workflow that is run again has the rights of who asked for that', () => {
  const world = new World()
  const pipelineId = world.push({
    ...plan(plannedWorkflow('setup', { make: '' })),
    setup: { taken: [] },
  })
  const about = { pipelineId, at: world.tick(), type: 'continued', by: 'make' } as const
  world.happen({ ...about, config: null })
  world.end('make')
  world.click('rerun-all', null, bob)
  const fresh = world.effects.find((effect) => effect.type === 'later')
  expect(fresh?.event).toMatchObject({ type: 'triggered', trigger: { type: 'rerun', actor: bob } })
})

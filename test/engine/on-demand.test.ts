import { expect, test } from 'vitest'
import type { ActionRequested } from '../../src/model/event.ts'
import { onDemandTrigger, tokenActor } from '../../src/model/on-demand.ts'
import { ann, bob, plan, plannedWorkflow, repository, trigger } from '../support/builders.ts'
import { World } from '../support/world.ts'

const block = { scope: { kind: 'server' }, reason: 'it moves', since: 0 } as const
const token = tokenActor('ci')

const run = (...workflows: readonly ReturnType<typeof plannedWorkflow>[]) => {
  const world = new World()
  const id = world.push(plan(...workflows))
  return { world, id }
}
const pipelineOf = (world: World, id: string) => {
  const found = [...world.pipelines.values()].find((one) => one.id === id)
  if (!found) throw new Error(`no pipeline ${id}`)
  return found
}
const act = (world: World, change: Partial<ActionRequested>) => {
  const [pipelineId] = world.pipelines.keys()
  if (!pipelineId) throw new Error('no pipeline')
  return world.happen({
    type: 'action-requested',
    pipelineId,
    at: world.tick(),
    action: 'cancel',
    jobId: null,
    current: true,
    by: token,
    ...change,
  })
}

test('checks of a pipeline on demand say so, beside those of the push at the same commit', () => {
  const { world } = run(plannedWorkflow('ci', { build: '' }))
  const { commit, ref } = trigger()
  const asked = { repository, ref, commit, actor: ann, at: 5, parameters: { env: 'prod' } }
  const id = world.push(plan(plannedWorkflow('ci', { build: '' })), onDemandTrigger(asked))
  expect(pipelineOf(world, id)).toMatchObject({ label: ' (on demand)', number: 2 })
  const other = { ...asked, ref: { kind: 'branch', name: 'other' } as const }
  const second = world.push(plan(plannedWorkflow('ci', { build: '' })), onDemandTrigger(other))
  expect(pipelineOf(world, second).label).toBe(' (on demand) (other)')
})

test('while new work is blocked a push begins nothing and says so; a re-run afterwards begins it', () => {
  const world = new World()
  world.block = block
  const id = world.push(plan(plannedWorkflow('ci', { build: '' })))
  expect(pipelineOf(world, id)).toMatchObject({
    state: 'errored',
    because: expect.stringContaining('new work is blocked for this server (it moves)'),
  })
  expect(world.workflows.size).toBe(0)
  const compiled = { type: 'compiled', pipelineId: id, continuation: false } as const
  const planned = plan(plannedWorkflow('ci', { build: '' }))
  world.click('rerun-all', null)
  world.happen({ ...compiled, at: world.tick(), plan: planned })
  expect(pipelineOf(world, id).state).toBe('errored')
  world.block = null
  world.click('rerun-all', null)
  expect(pipelineOf(world, id).state).toBe('pending')
  world.happen({ ...compiled, at: world.tick(), plan: planned })
  expect(world.job('build').status).toBe('queued')
})

test('while new work is blocked what runs goes on, and no re-run begins', () => {
  const { world, id } = run(plannedWorkflow('ci', { build: '', test: 'build' }))
  world.block = block
  world.end('build')
  expect(world.job('test').status).toBe('queued')
  world.end('test', 'failed')
  world.click('rerun-failed', null)
  expect(world.workflow('ci').attempt).toBe(1)
  expect(pipelineOf(world, id).notices.at(-1)).toContain('new work is blocked')
  world.block = null
  world.click('rerun-failed', null)
  expect(world.workflow('ci').attempt).toBe(2)
})

test('a granted cancel asks nobody and can mean one workflow only', () => {
  const { world } = run(
    plannedWorkflow('one', { build: '', test: 'build' }),
    plannedWorkflow('two', { lint: '' }),
  )
  const effects = act(world, { workflow: 'one', granted: true })
  expect(effects.filter(({ type }) => type === 'ask-permission')).toEqual([])
  expect(world.workflow('one')).toMatchObject({ canceledBy: 'token ci' })
  expect(world.workflow('two')).toMatchObject({ canceledBy: null })
})

test('a cancel of one workflow by a person is asked about, and then means that one only', () => {
  const { world } = run(plannedWorkflow('one', { build: '' }), plannedWorkflow('two', { lint: '' }))
  act(world, { workflow: 'two', by: ann })
  expect(world.workflow('two').canceledBy).toBeNull()
  world.answer()
  expect(world.workflow('two').canceledBy).toBe('ann')
  expect(world.workflow('one').canceledBy).toBeNull()
})

test('no grant approves or rejects', () => {
  const { world } = run(plannedWorkflow('ci', { hold: '', deploy: 'hold' }))
  for (const action of ['approve', 'reject'] as const) {
    act(world, { action, jobId: world.job('hold').id, granted: true })
    world.answer()
  }
  expect(world.statuses()).toEqual({ hold: 'on_hold', deploy: 'blocked' })
  expect(world.job('hold').notices.at(-1)).toContain('only a person can decide this')
})

test('a granted re-run begins without asking, in the workflow that is meant', () => {
  const { world } = run(plannedWorkflow('one', { build: '' }), plannedWorkflow('two', { lint: '' }))
  world.end('build', 'failed')
  world.end('lint', 'failed')
  act(world, { action: 'rerun-failed', workflow: 'two', granted: true })
  expect(world.effects.some(({ type }) => type === 'ask-permission')).toBe(false)
  world.answer(false)
  expect(world.workflow('two').attempt).toBe(2)
  expect(world.workflow('one').attempt).toBe(1)
})

test('a granted re-run waits with the others until the people among them were asked about', () => {
  const { world } = run(plannedWorkflow('one', { build: '' }))
  world.end('build', 'failed')
  act(world, { action: 'rerun-failed', granted: true })
  world.request('rerun-failed', null, bob)
  world.answer(false)
  expect(world.workflow('one').attempt).toBe(2)
  expect([...world.pipelines.values()][0]?.notices.join()).toContain('bob has read access')
})

test('a job that is to run again alone leaves what depends on it as it was', () => {
  const { world } = run(plannedWorkflow('ci', { build: '', test: 'build' }))
  world.end('build')
  world.end('test')
  const jobId = world.job('build').id
  act(world, { action: 'rerun-job', jobId, alone: true, granted: true })
  world.answer()
  expect(world.statuses()).toEqual({ build: 'queued', test: 'success' })
  world.end('build')
  expect(world.statuses()).toEqual({ build: 'success', test: 'success' })
  expect(world.job('build').attempt).toBe(2)
  expect(world.job('test').attempt).toBe(1)
})

test('a new run is begun at the head, once GitHub has said that the person may', () => {
  const { world, id } = run(plannedWorkflow('ci', { build: '' }))
  world.click('new-run', null, bob, false)
  expect(world.effects.some(({ type }) => type === 'start-on-demand')).toBe(false)
  expect(pipelineOf(world, id).notices.at(-1)).toContain('bob has read access')
  world.click('new-run', null)
  const begun = world.effects.filter((effect) => effect.type === 'start-on-demand')
  expect(begun).toEqual([
    expect.objectContaining({ pipelineId: id, person: ann, ref: { kind: 'branch', name: 'main' } }),
  ])
  world.happen({ type: 'no-new-run', pipelineId: id, at: 9, by: ann, because: 'it is gone' })
  expect(pipelineOf(world, id).notices.at(-1)).toBe(
    'ann asked to start a new run: it is gone; nothing began.',
  )
})

test('no new run begins while new work is blocked, nor of a branch of a fork', () => {
  const { world, id } = run(plannedWorkflow('ci', { build: '' }))
  world.block = block
  world.click('new-run', null)
  expect(pipelineOf(world, id).notices.at(-1)).toContain('new work is blocked')
  world.block = null
  const fork = trigger()
  const stranger = {
    ...fork,
    event: { name: 'pull_request', action: 'opened', values: {} },
  } as const
  const second = world.push(plan(plannedWorkflow('ci', { build: '' })), stranger)
  world.click('new-run', null)
  expect(pipelineOf(world, second).notices.at(-1)).toContain('a fork')
  expect(world.effects.some(({ type }) => type === 'start-on-demand')).toBe(false)
})

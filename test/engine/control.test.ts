import { expect, test } from 'vitest'
import type { PipelineId } from '../../src/model/ids.ts'
import { ann, bob, plan, plannedWorkflow, robot } from '../support/builders.ts'
import { World } from '../support/world.ts'

const run = (graph: Parameters<typeof plannedWorkflow>[1]) => {
  const world = new World()
  world.push(plan(plannedWorkflow('ci', graph)))
  return world
}
const pipeline = (world: World) => {
  const found = world.pipelines.get('p1' as PipelineId)
  if (!found) throw new Error('no pipeline')
  return found
}

test('an approval is held when its requirements are met; approved, it lets its dependents start', () => {
  const world = run({ build: '', hold: 'build', deploy: 'hold' })
  expect(world.job('hold').status).toBe('blocked')
  world.end('build')
  expect(world.job('hold').status).toBe('on_hold')
  expect(world.workflow('ci').status).toBe('on_hold')
  world.click('approve', 'hold')
  expect(world.job('hold')).toMatchObject({ status: 'success', because: 'approved by ann' })
  expect(world.job('deploy').status).toBe('queued')
})

test('a rejected approval is canceled and what waits for it is not run', () => {
  const world = run({ hold: '', deploy: 'hold' })
  world.click('reject', 'hold')
  expect(world.statuses()).toEqual({ hold: 'canceled', deploy: 'not_run' })
  expect(world.job('hold')).toMatchObject({ because: 'rejected by ann' })
  expect(world.workflow('ci').status).toBe('canceled')
})

test('nobody approves without GitHub saying that they may, and the check says why', () => {
  const world = run({ hold: '', deploy: 'hold' })
  world.click('approve', 'hold', bob, false)
  expect(world.job('hold').status).toBe('on_hold')
  expect(world.job('hold').notices).toEqual([
    'bob asked to approve: bob has read access; write is needed; nothing changed.',
  ])
})

test('a bot is refused without asking', () => {
  const world = run({ hold: '', deploy: 'hold' })
  world.request('approve', world.job('hold').id, robot)
  expect(world.effects.some((effect) => effect.type === 'ask-permission')).toBe(false)
  expect(world.job('hold').notices).toHaveLength(1)
})

test('two clicks on one approval decide once', () => {
  const world = run({ hold: '', deploy: 'hold' })
  world.request('approve', world.job('hold').id, ann)
  world.request('reject', world.job('hold').id, bob)
  world.answer()
  expect(world.statuses()).toEqual({ hold: 'success', deploy: 'queued' })
  expect(world.job('hold').notices).toHaveLength(1)
})

test('a click on an outdated check changes nothing and says so on the newest one', () => {
  const world = run({ hold: '', deploy: 'hold' })
  world.request('approve', world.job('hold').id, ann, false)
  world.answer()
  expect(world.job('hold').status).toBe('on_hold')
  expect(world.job('hold').notices[0]).toContain('outdated')
})

test('cancel tells the worker, and the job is canceled only when the worker has said so', () => {
  const world = run({ build: '', test: 'build' })
  world.start('build')
  world.click('cancel', 'build')
  expect(world.job('build')).toMatchObject({ status: 'running', cancel: { by: 'ann' } })
  expect(world.effects.some((effect) => effect.type === 'cancel-task')).toBe(true)
  world.end('build', { kind: 'canceled', because: 'canceled by ann' })
  expect(world.statuses()).toEqual({ build: 'canceled', test: 'not_run' })
})

test('a job that finished before its cancel arrived keeps its real result', () => {
  const world = run({ build: '', test: 'build' })
  world.start('build')
  world.click('cancel', 'build')
  world.end('build')
  expect(world.statuses()).toEqual({ build: 'success', test: 'queued' })
})

test('a job whose worker vanished after the cancel is canceled, not run again', () => {
  const world = run({ build: '' })
  world.start('build')
  world.click('cancel', 'build')
  world.end('build', { kind: 'lost', because: 'worker w1 vanished' })
  expect(world.job('build').status).toBe('canceled')
})

test('canceling one job starts what requires canceled; canceling everything starts nothing', () => {
  const graph = { build: '', tidy: [{ build: ['canceled'] }] } as const
  const one = run(graph)
  one.start('build')
  one.click('cancel', 'build')
  one.end('build', { kind: 'canceled', because: 'canceled by ann' })
  expect(one.job('tidy').status).toBe('queued')
  const all = run(graph)
  all.start('build')
  all.click('cancel', null)
  all.end('build', { kind: 'canceled', because: 'canceled by ann' })
  expect(all.statuses()).toEqual({ build: 'canceled', tidy: 'not_run' })
  expect(all.workflow('ci').status).toBe('canceled')
})

test('re-run from failed keeps what succeeded, with its workspace layers, and runs the rest', () => {
  const world = run({ build: '', test: 'build', deploy: 'test', lint: '' })
  const first = world.workflow('ci')
  world.end('build')
  world.end('lint')
  world.end('test', 'failed')
  const build = world.job('build')
  world.click('rerun-failed', 'test')
  expect(world.statuses()).toEqual({
    build: 'success',
    lint: 'success',
    test: 'queued',
    deploy: 'blocked',
  })
  expect(world.job('build')).toMatchObject({ carried: true, layersOf: build.id, attempt: 1 })
  expect(world.job('test').attempt).toBe(2)
  expect(world.job('deploy').attempt, 'it was not run the first time').toBe(1)
  expect(world.workflow('ci')).toMatchObject({
    attempt: 2,
    workspaceId: first.workspaceId,
    status: 'running',
  })
  world.end('test')
  world.end('deploy')
  expect(world.workflow('ci').status).toBe('success')
})

test('a finished workflow never changes: the re-run is a new one', () => {
  const world = run({ build: '', test: 'build' })
  world.end('build')
  world.end('test', 'failed')
  const before = world.workflow('ci')
  const jobs = [...world.jobs.values()]
  world.click('rerun-all', null)
  const after = world.workflow('ci').id
  expect(world.workflows.get(before.id)).toEqual({ ...before, supersededBy: after })
  for (const job of jobs) expect(world.jobs.get(job.id)).toEqual(job)
})

test('re-run all runs everything again and approvals must be given again', () => {
  const world = run({ build: '', hold: 'build', deploy: 'hold' })
  world.end('build')
  world.click('approve', 'hold')
  world.end('deploy')
  world.click('rerun-all', null)
  expect(world.statuses()).toEqual({ build: 'queued', hold: 'blocked', deploy: 'blocked' })
})

test('re-run from failed keeps an approval that was given', () => {
  const world = run({ build: '', hold: 'build', deploy: 'hold' })
  world.end('build')
  world.click('approve', 'hold')
  world.end('deploy', 'failed')
  world.click('rerun-failed', 'deploy')
  expect(world.statuses()).toEqual({ build: 'success', hold: 'success', deploy: 'queued' })
})

test('re-running one check runs that job and what depends on it, nothing else', () => {
  const world = run({ build: '', a: 'build', b: 'build', after: 'a' })
  for (const name of ['build', 'a', 'after']) world.end(name)
  world.end('b', 'failed')
  world.click('rerun-job', 'a')
  expect(world.statuses()).toEqual({ build: 'success', a: 'queued', b: 'failed', after: 'blocked' })
  world.end('a')
  world.end('after')
  expect(world.workflow('ci').status).toBe('failed')
})

test('the check of a carried job can be re-run through its old name', () => {
  const world = run({ build: '', test: 'build' })
  const original = world.job('build').id
  world.end('build')
  world.end('test', 'failed')
  world.click('rerun-failed', 'test')
  world.end('test')
  world.request('rerun-job', original)
  world.answer()
  expect(world.statuses()).toEqual({ build: 'queued', test: 'blocked' })
  expect(world.job('build').attempt).toBe(2)
})

test('re-run while others run takes the unfinished along and touches neither them nor a held approval', () => {
  const world = run({ slow: '', bad: '', hold: '', later: 'slow bad' })
  world.start('slow')
  world.end('bad', 'failed')
  const { id: slow } = world.job('slow')
  const { id: held } = world.job('hold')
  world.click('rerun-failed', 'bad')
  expect(world.statuses()).toEqual({
    slow: 'running',
    bad: 'queued',
    hold: 'on_hold',
    later: 'blocked',
  })
  expect([world.job('slow').id, world.job('hold').id]).toEqual([slow, held])
  world.end('slow')
  world.end('bad')
  expect(world.job('later').status).toBe('queued')
})

test('everything is not re-run while something runs, and the sluice check says why', () => {
  const world = run({ slow: '', quick: '' })
  world.start('slow')
  world.end('quick')
  world.click('rerun-all', null)
  expect(world.statuses()).toEqual({ slow: 'running', quick: 'success' })
  expect(pipeline(world).notices[0]).toContain('still running')
})

test('a burst of re-run events within two seconds is one re-run with one question', () => {
  const world = run({ a: '', b: '', c: '' })
  for (const name of ['a', 'b', 'c']) world.end(name, 'failed')
  for (const name of ['a', 'b', 'c']) world.request('rerun-job', world.job(name).id)
  expect(world.effects.filter((effect) => effect.type === 'later')).toHaveLength(1)
  world.answer()
  expect(world.statuses()).toEqual({ a: 'queued', b: 'queued', c: 'queued' })
  expect(world.workflow('ci').attempt).toBe(2)
})

test('the suite means from failed when something failed, else everything', () => {
  const bad = run({ a: '', b: '' })
  bad.end('a')
  bad.end('b', 'failed')
  bad.click('rerun-suite', null)
  expect(bad.statuses()).toEqual({ a: 'success', b: 'queued' })
  const good = run({ a: '', b: '' })
  good.end('a')
  good.end('b')
  good.click('rerun-suite', null)
  expect(good.statuses()).toEqual({ a: 'queued', b: 'queued' })
})

test('somebody without write access re-runs nothing', () => {
  const world = run({ a: '' })
  world.end('a', 'failed')
  world.click('rerun-failed', 'a', bob, false)
  expect(world.job('a').status).toBe('failed')
  expect(pipeline(world).notices[0]).toContain('bob has read access')
  expect(pipeline(world).pendingRerun).toBeNull()
})

test('a re-run never approves: asking for the check of a held approval changes nothing', () => {
  const world = run({ hold: '', deploy: 'hold' })
  world.click('rerun-job', 'hold')
  expect(world.statuses()).toEqual({ hold: 'on_hold', deploy: 'blocked' })
  expect(pipeline(world).notices.at(-1)).toBe(
    'ann asked for a re-run: hold waits for approval, which a re-run does not give; nothing changed.',
  )
})

test('a workflow is re-run a hundred times, and then no more', () => {
  const world = run({ a: '' })
  for (let attempt = 1; attempt <= 100; attempt++) {
    world.end('a', 'failed')
    world.click('rerun-failed', null)
  }
  expect(world.workflow('ci').attempt).toBe(101)
  world.end('a', 'failed')
  world.click('rerun-failed', null)
  expect(world.workflow('ci').attempt).toBe(101)
  expect(world.statuses()).toEqual({ a: 'failed' })
  expect(pipeline(world).notices.at(-1)).toBe(
    'ci was re-run 100 times, which is the limit: push again.',
  )
})

test('a failure handler that ran is judged anew when the failed job runs again', () => {
  const world = run({ build: '', alarm: [{ build: ['failed'] }] })
  world.end('build', 'failed')
  world.end('alarm')
  world.click('rerun-failed', 'build')
  world.end('build')
  expect(world.statuses()).toEqual({ build: 'success', alarm: 'not_run' })
  expect(world.workflow('ci').status).toBe('success')
})

test('a wrong config is read again when its check is re-run', () => {
  const world = new World()
  const id = world.push(plan(), undefined, 'p1')
  world.pipelines.set(id, { ...pipeline(world), state: 'errored', because: 'x', diagnostics: [] })
  world.effects.length = 0
  world.click('rerun-failed', null)
  expect(pipeline(world).state).toBe('pending')
  expect(world.effects.some((effect) => effect.type === 'compile')).toBe(true)
})

import { expect, test } from 'vitest'
import { plan, plannedJob, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

const run = (graph: Parameters<typeof plannedWorkflow>[1]) => {
  const world = new World()
  world.push(plan(plannedWorkflow('ci', graph)))
  return world
}

test('jobs without requirements are queued together, the others wait', () => {
  const world = run({ build: '', lint: '', test: 'build' })
  expect(world.statuses()).toEqual({ build: 'queued', lint: 'queued', test: 'blocked' })
  expect(world.queued()).toHaveLength(2)
})

test('a job starts when everything it requires has succeeded, not before', () => {
  const world = run({ build: '', lint: '', deploy: 'build lint' })
  world.end('build')
  expect(world.job('deploy').status).toBe('blocked')
  world.end('lint')
  expect(world.job('deploy').status).toBe('queued')
})

test('fan-out and fan-in end in success', () => {
  const world = run({ build: '', t1: 'build', t2: 'build', t3: 'build', deploy: 't1 t2 t3' })
  for (const name of ['build', 't1', 't2', 't3', 'deploy']) world.end(name)
  expect(world.workflow('ci')).toMatchObject({ status: 'success', supersededBy: null })
  expect(world.workflow('ci').endedAt).not.toBeNull()
})

test('a job whose requirement failed is not run, and so are those behind it', () => {
  const world = run({ build: '', test: 'build', deploy: 'test' })
  world.end('build', 'failed')
  expect(world.statuses()).toEqual({ build: 'failed', test: 'not_run', deploy: 'not_run' })
  expect(world.job('test')).toMatchObject({ because: 'build failed' })
  expect(world.job('deploy')).toMatchObject({ because: 'test was not run' })
  expect(world.workflow('ci').status).toBe('failed')
})

test('one bad requirement is enough: the job is not run while another requirement still runs', () => {
  const world = run({ slow: '', bad: '', deploy: 'slow bad' })
  world.start('slow')
  world.end('bad', 'failed')
  expect(world.job('deploy').status).toBe('not_run')
  expect(world.workflow('ci').status).toBe('failing')
})

test('oracle 56: a rollback that requires failed runs only when the release failed', () => {
  const graph = { release: '', rollback: [{ release: ['failed', 'canceled'] }] } as const
  const good = run(graph)
  good.end('release')
  expect(good.job('rollback').status).toBe('not_run')
  expect(good.workflow('ci').status).toBe('success')
  const bad = run(graph)
  bad.end('release', 'failed')
  expect(bad.job('rollback').status).toBe('queued')
  bad.end('rollback')
  expect(bad.workflow('ci').status).toBe('failed')
})

test('oracle 57: a cleanup that requires terminal runs although its requirement was not run', () => {
  const terminal = ['success', 'failed', 'canceled', 'unauthorized', 'not_run'] as const
  const world = run({ build: '', test: 'build', cleanup: [{ test: terminal }] })
  world.end('build', 'failed')
  expect(world.job('test').status).toBe('not_run')
  expect(world.job('cleanup').status).toBe('queued')
})

test('a no-op succeeds at once and lets its dependents start', () => {
  const world = run({ build: '', noop: 'build', deploy: 'noop' })
  world.end('build')
  expect(world.statuses()).toEqual({ build: 'success', noop: 'success', deploy: 'queued' })
})

test('a chain of no-ops with nothing else ends with the push', () => {
  const world = run({ noop1: '', noop2: 'noop1', noop3: 'noop1 noop2' })
  expect(world.workflow('ci').status).toBe('success')
})

test('a failed job stops nobody beside it', () => {
  const world = run({ a: '', b: '' })
  world.start('b')
  world.end('a', 'failed')
  expect(world.workflow('ci').status).toBe('failing')
  world.end('b')
  expect(world.statuses()).toEqual({ a: 'failed', b: 'success' })
  expect(world.workflow('ci').status).toBe('failed')
})

test('a parallel job ends with its last task and fails when one task failed', () => {
  const world = new World()
  world.push(
    plan({
      ...plannedWorkflow('ci', {}),
      jobs: [plannedJob('test', '', 3), plannedJob('after', 'test')],
    }),
  )
  world.start('test')
  const [first, second, third] = world.job('test').tasks
  if (!first || !second || !third) throw new Error('three tasks')
  world.finish(world.job('test'), first.id, 'success')
  world.finish(world.job('test'), second.id, 'failed')
  expect(world.job('test').status).toBe('running')
  world.finish(world.job('test'), third.id, 'success')
  expect(world.job('test')).toMatchObject({
    status: 'failed',
    because: '"npm test" exited with code 1 (task 1)',
  })
})

test('news of a task that has already ended changes nothing', () => {
  const world = run({ build: '', test: 'build' })
  world.end('build')
  const task = world.job('build').tasks[0]
  if (!task) throw new Error('one task')
  world.finish(world.job('build'), task.id, 'failed')
  expect(world.statuses()).toEqual({ build: 'success', test: 'queued' })
})

test('a lost task runs once more under a new name, the second loss fails the job with the cause', () => {
  const world = run({ build: '' })
  const lost = { kind: 'lost', because: 'worker w1 vanished' } as const
  world.end('build', lost)
  expect(world.job('build').status).toBe('running')
  expect(world.job('build').notices).toEqual(['Lost and run again: worker w1 vanished.'])
  expect(world.queued()).toHaveLength(1)
  expect(new Set(world.tasks.map((task) => task.taskId)).size).toBe(2)
  world.end('build', lost)
  expect(world.job('build')).toMatchObject({ status: 'failed', because: 'worker w1 vanished' })
})

test('the end of a job reads the same few rows in a workflow of ten jobs and of five thousand', () => {
  const wide = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`j${i}`, i === 0 ? '' : `j${i - 1}`]),
    )
  const rows = [10, 5000].map((count) => {
    const world = run(wide(count))
    world.end('j0')
    return world.loaded
  })
  expect(rows).toEqual([2, 2])
})

test('two workflows of one push know nothing of each other', () => {
  const world = new World()
  world.push(plan(plannedWorkflow('a', { build: '' }), plannedWorkflow('b', { other: '' })))
  world.end('build', 'failed')
  expect(world.workflow('a').status).toBe('failed')
  expect(world.workflow('b').status).toBe('running')
})

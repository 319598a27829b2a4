import { expect, test } from 'vitest'
import { endStatuses } from '../../src/model/status.ts'
import { ann, plan, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

const always = (...jobs: string[]) => jobs.map((job) => ({ [job]: endStatuses }))

/** As a job group with a serial group is planned: two jobs between a lock and an unlock. */
const graph = { lock: '', first: 'lock', second: 'first', unlock: always('first', 'second') }

/** `held`: the locks that the group has granted, played by hand. */
function run(jobs: Parameters<typeof plannedWorkflow>[1] = graph) {
  const world = new World()
  const workflow = plannedWorkflow('ci', jobs)
  const locks = workflow.jobs.map((job) => {
    const type = job.name === 'lock' || job.name === 'unlock' ? job.name : job.type
    return type === 'lock' || type === 'unlock'
      ? { ...job, type, body: null, serialGroup: 'prod' }
      : job
  })
  const pipelineId = world.push(plan({ ...workflow, jobs: locks }))
  const count = (type: string) => world.effects.filter((effect) => effect.type === type).length
  return {
    world,
    grant: () => {
      const event = { type: 'serial-granted', jobId: world.job('lock').id } as const
      world.happen({ ...event, pipelineId, at: world.tick() })
    },
    /** How often the group was asked for, and given back. */
    turns: () => [count('serial-enter'), count('serial-leave')],
  }
}

test('a lock waits for its turn, lets the jobs behind it begin, and the unlock gives the turn back', () => {
  const { world, grant, turns } = run()
  expect(world.job('lock')).toMatchObject({ status: 'queued', serial: 'waiting' })
  expect(world.job('first').status).toBe('blocked')
  grant()
  expect(world.job('lock').status).toBe('success')
  expect(world.job('first').status).toBe('queued')
  world.end('first')
  expect(turns()).toEqual([1, 0])
  world.end('second')
  expect(world.statuses()).toMatchObject({ unlock: 'success' })
  expect(turns()).toEqual([1, 1])
  expect(world.workflow('ci')).toMatchObject({ status: 'success', locks: undefined })
})

test('an unlock gives the turn back while other jobs of the workflow still run', () => {
  const { world, grant, turns } = run({ ...graph, smoke: 'second' })
  grant()
  world.end('first')
  world.end('second')
  expect(world.job('smoke').status).toBe('queued')
  expect(turns()).toEqual([1, 1])
})

test('a job that fails behind a lock gives the turn back once everything behind it has ended', () => {
  const { world, grant, turns } = run()
  grant()
  world.end('first', 'failed')
  expect(world.statuses()).toMatchObject({ second: 'not_run', unlock: 'success' })
  expect(turns()).toEqual([1, 1])
})

test('a canceled workflow keeps its turn until what runs behind the lock has stopped', () => {
  const { world, grant, turns } = run()
  grant()
  world.start('first')
  world.click('cancel', null)
  expect(world.job('unlock').status).toBe('not_run')
  expect(turns()).toEqual([1, 0])
  world.end('first', { kind: 'canceled', because: 'canceled by ann' })
  expect(turns()).toEqual([1, 1])
})

test('a workflow without an unlock gives its turn back when it ends', () => {
  const { world, grant, turns } = run({ lock: '', first: 'lock' })
  grant()
  expect(turns()).toEqual([1, 0])
  world.end('first')
  expect(turns()).toEqual([1, 1])
})

test('a lock whose turn never comes leaves the jobs behind it alone, and gives nothing back twice', () => {
  const { world, turns } = run()
  const { pipelineId, id: jobId } = world.job('lock')
  world.happen({ type: 'serial-passed', pipelineId, jobId, at: world.tick() })
  expect(world.statuses()).toMatchObject({ lock: 'not_run', first: 'not_run', unlock: 'success' })
  expect(turns()).toEqual([1, 1])
})

test('a re-run from failed takes the lock again before it runs what was behind it', () => {
  const { world, grant, turns } = run()
  grant()
  world.end('first')
  world.end('second', 'failed')
  world.click('rerun-failed', null)
  expect(world.job('lock')).toMatchObject({ status: 'queued', serial: 'waiting' })
  expect(world.job('first')).toMatchObject({ status: 'success', carried: true })
  expect(world.job('second').status).toBe('blocked')
  grant()
  expect(world.job('second').status).toBe('queued')
  world.end('second')
  expect(world.workflow('ci').status).toBe('success')
  expect(turns()).toEqual([2, 2])
})

test('a re-run while the workflow still has its turn does not wait for itself', () => {
  const { world, grant, turns } = run({
    lock: '',
    first: 'lock',
    second: 'lock',
    unlock: always('first', 'second'),
  })
  grant()
  world.end('first', 'failed')
  world.click('rerun-failed', null)
  expect(world.job('lock')).toMatchObject({ status: 'success', carried: true })
  expect(world.job('first').status).toBe('queued')
  world.end('first')
  world.end('second')
  expect(world.workflow('ci').status).toBe('success')
  expect(turns()).toEqual([1, 1])
})

test('a re-run of a job outside of the lock does not take it', () => {
  const { world, grant, turns } = run({ ...graph, lint: '' })
  grant()
  for (const name of ['first', 'second']) world.end(name)
  world.end('lint', 'failed')
  world.click('rerun-failed', null, ann)
  expect(world.job('lock')).toMatchObject({ status: 'success', carried: true })
  world.end('lint')
  expect(world.workflow('ci').status).toBe('success')
  expect(turns()).toEqual([1, 1])
})

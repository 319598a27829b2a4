import { expect, test } from 'vitest'
import type { PipelineId } from '../../src/model/ids.ts'
import { plan, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

/** A workflow that may be re-run by itself so many times. */
function run(graph: Parameters<typeof plannedWorkflow>[1], maxAutoReruns: number): World {
  const world = new World()
  world.push(plan({ ...plannedWorkflow('ci', graph), maxAutoReruns }))
  return world
}
const noticesOf = (world: World) => world.pipelines.get('p1' as PipelineId)?.notices

test('a workflow that failed is run again from its failed jobs, as often as it says', () => {
  const world = run({ build: '', test: 'build', deploy: 'test' }, 2)
  world.end('build')
  world.end('test', 'failed')
  expect(world.statuses()).toEqual({ build: 'success', test: 'queued', deploy: 'blocked' })
  expect(world.workflow('ci')).toMatchObject({ attempt: 2, status: 'running' })
  expect(world.job('build').attempt).toBe(1)
  world.end('test', 'failed')
  expect(world.job('test')).toMatchObject({ status: 'queued', attempt: 3 })
  world.end('test', 'failed')
  expect(world.statuses()).toEqual({ build: 'success', test: 'failed', deploy: 'not_run' })
  expect(world.workflow('ci')).toMatchObject({ attempt: 3, status: 'failed' })
  expect(noticesOf(world)).toEqual([
    'ci failed and is run again by itself (at most 1 more to come).',
    'ci failed and is run again by itself (for the last time).',
  ])
})

test('it waits until every job has ended, and stops when all is well', () => {
  const world = run({ a: '', b: '' }, 5)
  world.end('a', 'failed')
  expect(world.workflow('ci')).toMatchObject({ attempt: 1, status: 'failing' })
  world.end('b')
  expect(world.statuses()).toEqual({ a: 'queued', b: 'success' })
  world.end('a')
  expect(world.workflow('ci')).toMatchObject({ attempt: 2, status: 'success' })
})

test('a held approval keeps a failing workflow from ending', () => {
  const world = run({ a: '', hold: '' }, 1)
  world.end('a', 'failed')
  expect(world.job('a').status).toBe('failed')
  world.click('approve', 'hold')
  expect(world.job('a').status).toBe('queued')
  expect(world.job('hold')).toMatchObject({ status: 'success', carried: true })
})

test('what was canceled is not run again by itself', () => {
  const one = run({ a: '', b: '' }, 3)
  one.end('b')
  one.end('a', { kind: 'canceled', because: 'canceled by ann' })
  expect(one.workflow('ci')).toMatchObject({ attempt: 1, status: 'canceled' })
  const whole = run({ a: '', b: '' }, 3)
  whole.end('a', 'failed')
  whole.click('cancel', null)
  whole.end('b', { kind: 'canceled', because: 'canceled by ann' })
  expect(whole.workflow('ci')).toMatchObject({ attempt: 1, status: 'failed' })
})

test('after somebody asked for a re-run, none follows by itself', () => {
  const world = run({ a: '' }, 1)
  world.end('a', 'failed')
  world.end('a', 'failed')
  world.click('rerun-failed', 'a')
  world.end('a', 'failed')
  expect(world.workflow('ci')).toMatchObject({ attempt: 3, status: 'failed' })
})

test('a re-run that somebody asked for uses up what was left', () => {
  const world = run({ a: '' }, 2)
  world.end('a', { kind: 'canceled', because: 'canceled by ann' })
  world.click('rerun-failed', 'a')
  world.end('a', 'failed')
  expect(world.workflow('ci')).toMatchObject({ attempt: 2, status: 'failed' })
})

test('of several workflows only the one that failed is run again', () => {
  const world = new World()
  world.push(
    plan(
      { ...plannedWorkflow('ci', { a: '' }), maxAutoReruns: 1 },
      { ...plannedWorkflow('docs', { b: '' }), maxAutoReruns: 1 },
    ),
  )
  world.end('b')
  world.end('a', 'failed')
  expect([world.workflow('ci').attempt, world.workflow('docs').attempt]).toEqual([2, 1])
})

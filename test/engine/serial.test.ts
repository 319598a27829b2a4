import { expect, test } from 'vitest'
import type { SerialEvent } from '../../src/model/event.ts'
import { ann, plan, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

const deploy = { build: '', deploy: 'build', announce: 'deploy' }

/** A pipeline in which `deploy` has a serial group, and how the store is played. */
function run() {
  const world = new World()
  const workflow = plannedWorkflow('ci', deploy)
  const jobs = workflow.jobs.map((job) =>
    job.name === 'deploy' ? { ...job, serialGroup: 'org/deploy' } : job,
  )
  const pipelineId = world.push(plan({ ...workflow, jobs }))
  return {
    world,
    hears: (type: SerialEvent['type']) =>
      world.happen({ type, pipelineId, at: world.tick(), jobId: world.job('deploy').id }),
    effects: (type: string) => world.effects.filter((effect) => effect.type === type),
  }
}

test('a job of a serial group is queued when its turn has come, and gives it on when it ends', () => {
  const { world, hears, effects } = run()
  world.end('build')
  expect(world.job('deploy')).toMatchObject({ status: 'queued', serial: 'waiting', tasks: [] })
  expect(effects('serial-enter')).toMatchObject([
    { scope: 'acme/org/deploy', number: 1, jobId: world.job('deploy').id },
  ])
  hears('serial-granted')
  expect(world.job('deploy')).toMatchObject({ status: 'queued', serial: 'held' })
  expect(effects('serial-leave')).toEqual([])
  world.end('deploy', 'failed')
  expect(effects('serial-leave')).toHaveLength(1)
  expect(world.job('deploy').serial).toBeUndefined()
  expect(world.job('announce').status).toBe('not_run')
})

test('a job that is passed over is not run, nor what requires it', () => {
  const { world, hears, effects } = run()
  world.end('build')
  hears('serial-passed')
  expect(world.job('deploy')).toMatchObject({
    status: 'not_run',
    because: 'a newer pipeline has, or waits for, its serial group org/deploy',
  })
  expect(world.job('announce').status).toBe('not_run')
  expect(effects('serial-leave')).toHaveLength(1)
  expect(world.workflow('ci').status).toBe('success')
})

test('after five hours a job that still waits is canceled; one that had its turn is not', () => {
  const waiting = run()
  waiting.world.end('build')
  expect(waiting.effects('later').map((effect) => 'at' in effect && effect.at)).toEqual([
    waiting.world.now - 1 + 5 * 60 * 60 * 1000,
  ])
  waiting.hears('serial-timeout')
  expect(waiting.world.job('deploy')).toMatchObject({
    status: 'canceled',
    because: 'it waited 5 hours for its serial group org/deploy',
  })
  const granted = run()
  granted.world.end('build')
  granted.hears('serial-granted')
  granted.hears('serial-timeout')
  granted.hears('serial-passed')
  granted.hears('serial-granted')
  expect(granted.world.job('deploy')).toMatchObject({ status: 'queued', serial: 'held' })
  expect(
    granted.world.tasks.filter(({ jobId }) => jobId === granted.world.job('deploy').id),
  ).toHaveLength(1)
})

test('canceled while it waits, a job ends at once and leaves its group', () => {
  const one = run()
  one.world.end('build')
  one.world.click('cancel', 'deploy')
  expect(one.world.job('deploy')).toMatchObject({ status: 'canceled', because: 'canceled by ann' })
  expect(one.effects('serial-leave')).toHaveLength(1)
  one.hears('serial-granted')
  expect(one.world.job('deploy').status).toBe('canceled')
  const whole = run()
  whole.world.end('build')
  whole.world.click('cancel', null, ann)
  expect(whole.world.statuses()).toEqual({
    build: 'success',
    deploy: 'canceled',
    announce: 'not_run',
  })
})

test('a re-run of a job comes to its group anew; one that waits moves along', () => {
  const { world, hears, effects } = run()
  world.end('build', 'failed')
  world.click('rerun-failed', 'build')
  world.end('build')
  expect(effects('serial-enter')).toHaveLength(1)
  hears('serial-granted')
  world.end('deploy', 'failed')
  world.click('rerun-failed', 'deploy')
  expect(world.job('deploy')).toMatchObject({ status: 'queued', serial: 'waiting' })
  expect(effects('serial-enter')).toHaveLength(2)
})

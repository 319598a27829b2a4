import { expect, test } from 'vitest'
import type { Effect, Urgency } from '../../src/model/effect.ts'
import { plan, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

const isPipeline = (effect: Effect): boolean =>
  effect.type === 'report' && effect.subject.kind === 'pipeline'

/** How urgently the check of all was reported, and how urgently that of a job, since the last call. */
function reportsOf(world: World) {
  let seen = 0
  return (): { readonly pipeline: readonly Urgency[]; readonly jobs: readonly Urgency[] } => {
    const fresh = world.effects.slice(seen).filter((effect) => effect.type === 'report')
    seen = world.effects.length
    return {
      pipeline: fresh.filter(isPipeline).map(({ urgency }) => urgency),
      jobs: fresh.filter((effect) => !isPipeline(effect)).map(({ urgency }) => urgency),
    }
  }
}

function pushed(...jobs: readonly string[]) {
  const world = new World()
  world.push(plan(plannedWorkflow('build', Object.fromEntries(jobs.map((name) => [name, ''])))))
  const reports = reportsOf(world)
  reports()
  return { world, reports }
}

test('a workflow of 100 jobs tells of its progress in tenths', () => {
  const names = Array.from({ length: 100 }, (_, index) => `j${index}`)
  const { world, reports } = pushed(...names)
  for (const name of names.slice(0, 99)) world.end(name)
  const progress = reports().pipeline
  expect(progress).toEqual(Array.from({ length: 9 }, () => 'progress'))
  world.end('j99')
  expect(reports().pipeline).toEqual(['alarm'])
})

test('a small workflow tells of every job that starts and ends', () => {
  const { world, reports } = pushed('a', 'b')
  world.start('a')
  expect(reports().pipeline).toEqual(['progress'])
  world.end('a')
  expect(reports().pipeline).toEqual(['progress'])
  world.end('b')
  expect(reports().pipeline).toEqual(['progress', 'alarm'])
})

test.each(['failed', 'canceled'] as const)(
  'the first job that is %s is told at once, the next are not',
  (kind) => {
    const names = Array.from({ length: 100 }, (_, index) => `j${index}`)
    const { world, reports } = pushed(...names)
    const outcome =
      kind === 'failed' ? 'failed' : ({ kind: 'canceled', because: 'canceled by ann' } as const)
    world.end('j0', outcome)
    const urgency = kind === 'failed' ? 'alarm' : 'conclusion'
    expect(reports()).toEqual({ pipeline: ['alarm'], jobs: ['progress', urgency] })
    world.end('j1', outcome)
    expect(reports()).toEqual({ pipeline: [], jobs: ['progress', urgency] })
  },
)

test('an approval is told at once, also while other jobs run', () => {
  const world = new World()
  const others = Array.from({ length: 100 }, (_, index) => [`j${index}`, ''] as const)
  const graph = { a: '', hold: 'a', ...Object.fromEntries(others) }
  world.push(plan(plannedWorkflow('build', graph)))
  const reports = reportsOf(world)
  reports()
  world.end('a')
  expect(reports()).toEqual({ pipeline: ['alarm'], jobs: ['progress', 'conclusion', 'alarm'] })
})

test('a job of many tasks in a large workflow tells only that it starts and ends', () => {
  const world = new World()
  const others = Array.from({ length: 30 }, (_, index) => [`j${index}`, ''] as const)
  const planned = plannedWorkflow('build', { wide: '', ...Object.fromEntries(others) })
  const jobs = planned.jobs.map((job) => (job.name === 'wide' ? { ...job, parallelism: 40 } : job))
  world.push(plan({ ...planned, jobs }))
  const reports = reportsOf(world)
  reports()
  world.end('wide')
  expect(reports().jobs).toEqual(['progress', 'conclusion'])
})

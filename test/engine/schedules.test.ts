import { expect, test } from 'vitest'
import { pipelineId } from '../../src/model/ids.ts'
import type { Plan, PlannedSchedule } from '../../src/model/plan.ts'
import type { Ref, ScheduleFacts, Trigger } from '../../src/model/trigger.ts'
import { fakeSha, plan, plannedWorkflow, repository, trigger } from '../support/builders.ts'
import { World } from '../support/world.ts'

const nightly: PlannedSchedule = { workflow: 'nightly', cron: '0 3 * * *' }
const withSchedules = (...schedules: readonly PlannedSchedule[]): Plan => ({
  ...plan(plannedWorkflow('ci', { build: '' })),
  schedules,
})
const due = Date.parse('2028-02-29T03:00:00Z')

function bySchedule(change: Partial<ScheduleFacts> = {}, branch = 'main'): Trigger {
  const facts = { id: 's1', name: 'nightly', cron: '0 3 * * *', dueAt: due, missed: 0, ...change }
  return {
    ...trigger({ kind: 'branch', name: branch }),
    type: 'schedule',
    event: { name: 'schedule', action: 'schedule', values: {}, schedule: facts },
    receivedAt: due,
  }
}

const registrations = (world: World) =>
  world.effects.flatMap((effect) =>
    effect.type === 'register-schedules' ? [effect.registration] : [],
  )

test('a config at the head of a branch registers its schedules, as of when it was pushed', () => {
  const world = new World()
  world.push(withSchedules(nightly), { ...trigger(), receivedAt: 77 })
  expect(registrations(world)).toEqual([
    {
      repositoryId: repository.id,
      branch: 'main',
      asOf: 77,
      schedules: [{ cron: '0 3 * * *', name: 'nightly' }],
    },
  ])
})

test('workflows of one expression are one schedule, each named once', () => {
  const world = new World()
  const lint = { workflow: 'lint', cron: nightly.cron }
  const hourly = { workflow: 'lint', cron: '0 * * * *' }
  world.push(withSchedules(nightly, lint, hourly, nightly))
  expect(registrations(world)[0]?.schedules).toEqual([
    { cron: '0 3 * * *', name: 'nightly, lint' },
    { cron: '0 * * * *', name: 'lint' },
  ])
})

test('a config without schedules, and a commit without config, registers that there are none', () => {
  const world = new World()
  world.push(withSchedules())
  world.happen({ type: 'triggered', pipelineId: pipelineId('p2'), at: 9, trigger: trigger() })
  world.happen({
    type: 'config-missing',
    pipelineId: pipelineId('p2'),
    at: 10,
    path: '.circleci/config.yml',
    expected: true,
  })
  expect(registrations(world).map(({ schedules }) => schedules)).toEqual([[], []])
})

test('a config with errors leaves the schedules as they were', () => {
  const world = new World()
  world.happen({ type: 'triggered', pipelineId: pipelineId('p1'), at: 9, trigger: trigger() })
  world.happen({
    type: 'rejected',
    pipelineId: pipelineId('p1'),
    at: 10,
    diagnostics: [],
    continuation: false,
  })
  expect(registrations(world)).toEqual([])
})

test.each<[string, Trigger]>([
  ['a tag', trigger({ kind: 'tag', name: 'v1' })],
  ['an API call, which may be about any commit', { ...trigger(), type: 'api' }],
  ['a pull request', { ...trigger(), type: 'pull-request' }],
])('%s registers nothing', (_, event) => {
  const world = new World()
  world.push(withSchedules(nightly), event)
  expect(registrations(world)).toEqual([])
})

test('a schedule registers what the head says by now', () => {
  const world = new World()
  world.push(withSchedules(), bySchedule())
  expect(registrations(world)).toEqual([
    { repositoryId: repository.id, branch: 'main', asOf: due, schedules: [] },
  ])
})

const main: Ref = { kind: 'branch', name: 'main' }

test('checks of a schedule carry its name, so that the check of the push stays what it is', () => {
  const world = new World()
  const labels = [trigger(main, fakeSha('a')), bySchedule(), bySchedule({}, 'dev')].map(
    (event, index) => world.pipelines.get(world.push(plan(), event, `p${index}`))?.label,
  )
  expect(labels).toEqual(['', ' (schedule nightly)', ' (schedule nightly) (dev)'])
})

test('a scheduled pipeline that is begun again by hand stays out of the check of the push', () => {
  const world = new World()
  const again: Trigger = { ...bySchedule({ missed: 3 }), type: 'rerun' }
  const pipeline = world.pipelines.get(world.push(withSchedules(nightly), again))
  expect(pipeline).toMatchObject({ label: ' (schedule nightly)', notices: [] })
  expect(registrations(world)).toEqual([])
})

const noticesOf = (event: Trigger) => {
  const world = new World()
  return world.pipelines.get(world.push(plan(), event))?.notices
}

test('a run in time says nothing about its time', () => {
  expect(noticesOf({ ...bySchedule(), receivedAt: due + 299_999 })).toEqual([])
})

test('a run that came late says when it was due', () => {
  expect(noticesOf({ ...bySchedule(), receivedAt: due + 47 * 60_000 + 59_999 })).toEqual([
    'The schedule 0 3 * * * was due at 2028-02-29 03:00 UTC and began 47 minutes late',
  ])
})

test.each([
  [1, 'one earlier time'],
  [7, '7 earlier times'],
])('a run that makes up for %d missed ones says so', (missed, times) => {
  expect(noticesOf(bySchedule({ missed }))).toEqual([
    `The schedule 0 3 * * * missed ${times}; this run makes up for all of them`,
  ])
})

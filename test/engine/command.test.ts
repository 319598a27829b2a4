import { expect, test } from 'vitest'
import type { Command } from '../../src/model/command.ts'
import { ann, bob, plan, plannedWorkflow } from '../support/builders.ts'
import { World } from '../support/world.ts'

/** Two workflows of which each has an approval and a job behind it. */
function run() {
  const world = new World()
  const graph = { build: '', hold: 'build', deploy: 'hold' }
  const pipelineId = world.push(plan(plannedWorkflow('ci', graph), plannedWorkflow('cd', graph)))
  const named = (name: string) =>
    [...world.jobs.values()].find((job) => `${job.workflowName}/${job.planned.name}` === name)
  const writes = (command: Command, more: object = {}) =>
    world.happen({
      type: 'command-written',
      pipelineId,
      at: world.tick(),
      command,
      by: bob,
      writtenAt: world.now,
      answers: true,
      ...more,
    })
  const finishBuilds = () => {
    for (const name of ['ci/build', 'cd/build']) {
      const job = named(name)
      if (job?.tasks[0]) world.finish(job, job.tasks[0].id, 'success')
    }
  }
  const notices = () => [...world.pipelines.values()].flatMap((one) => one.notices)
  return { world, writes, finishBuilds, notices, named }
}

const asked = (effects: readonly object[]) =>
  effects.flatMap((effect) => ('request' in effect ? [effect.request] : []))

test('a command is the press on the button that it names, and who may is asked as for a button', () => {
  const { writes, finishBuilds, named } = run()
  finishBuilds()
  for (const job of ['cd/hold', 'cd / hold'])
    expect(asked(writes({ action: 'approve', job }))).toEqual([
      { person: bob, action: 'approve', jobId: named('cd/hold')?.id },
    ])
  expect(asked(writes({ action: 'cancel', job: 'ci/deploy' }))).toEqual([
    { person: bob, action: 'cancel', jobId: named('ci/deploy')?.id },
  ])
  expect(asked(writes({ action: 'cancel', job: null }))).toEqual([
    { person: bob, action: 'cancel', jobId: null },
  ])
})

test('an approval without a name means the only one that waits', () => {
  const { world, writes, finishBuilds, named, notices } = run()
  writes({ action: 'approve', job: null })
  expect(notices()).toEqual([
    'bob asked to approve with a comment: no approval waits; nothing changed.',
  ])
  finishBuilds()
  writes({ action: 'approve', job: null })
  expect(notices().at(-1)).toBe(
    'bob asked to approve with a comment: say which: ci/hold, cd/hold; nothing changed.',
  )
  writes({ action: 'approve', job: 'hold' })
  expect(notices().at(-1)).toContain('say which: ci/hold, cd/hold')
  world.click('approve', 'hold', ann)
  const [waiting] = ['ci/hold', 'cd/hold'].filter((name) => named(name)?.status === 'on_hold')
  expect(asked(writes({ action: 'approve', job: null }))).toMatchObject([
    { jobId: named(waiting ?? '')?.id },
  ])
})

test('what is not there or does not wait is said on the check, once for all pipelines of a commit', () => {
  const { writes, notices } = run()
  writes({ action: 'approve', job: 'hold' })
  writes({ action: 'rerun-job', job: 'lint' })
  expect(notices()).toEqual([
    'bob asked to approve with a comment: hold does not wait for approval; nothing changed.',
    'bob asked to re-run this job with a comment: there is no job lint; nothing changed.',
  ])
  expect(writes({ action: 'rerun-job', job: 'lint' }, { answers: false })).toEqual([])
  expect(notices()).toHaveLength(2)
})

test('an approval that was written before the commit came does not count for it', () => {
  const { world, writes, finishBuilds, notices } = run()
  finishBuilds()
  const before = { writtenAt: -1000 }
  expect(asked(writes({ action: 'approve', job: 'ci/hold' }, before))).toEqual([])
  expect(asked(writes({ action: 'reject', job: 'ci/hold' }, before))).toEqual([])
  expect(notices().at(-1)).toBe(
    'bob asked to reject with a comment: this commit came after the comment; nothing changed.',
  )
  expect(asked(writes({ action: 'cancel', job: null }, before))).toHaveLength(1)
  expect(world.job('hold').status).toBe('on_hold')
})

test('a re-run by comment waits two seconds for others, as one by button does', () => {
  const { world, writes } = run()
  expect(asked(writes({ action: 'rerun-failed', job: null }))).toEqual([])
  expect(world.effects.at(-1)).toMatchObject({ type: 'later', event: { type: 'rerun-due' } })
})

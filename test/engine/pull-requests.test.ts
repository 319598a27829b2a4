import { describe, expect, test } from 'vitest'
import type { Admission, Around } from '../../src/model/event.ts'
import { type PipelineId, pipelineId } from '../../src/model/ids.ts'
import type { Trigger } from '../../src/model/trigger.ts'
import {
  ann,
  bob,
  fakeSha,
  plan,
  plannedWorkflow,
  repository,
  trigger,
} from '../support/builders.ts'
import { World } from '../support/world.ts'

const topic = trigger({ kind: 'branch', name: 'topic' })
const pullRequests = [{ number: 7, url: 'https://github.example/acme/shop/pull/7' }]
const oneJob = plan(plannedWorkflow('ci', { build: '' }))

const pull = (headRepository: number, action = 'opened'): Trigger => ({
  ...topic,
  type: 'pull-request',
  actor: bob,
  event: {
    name: 'pull_request',
    action,
    values: {
      'pull_request.number': 7,
      'pull_request.user.id': bob.id,
      'pull_request.head.repo.id': headRepository,
    },
  },
  pullRequests,
})
const own = pull(repository.id)
const strange = { ...pull(99), ref: { kind: 'branch', name: 'pull/7' } } as const

const nobody: Admission = { forks: 'hold', wanted: false, opensBranch: false }

function admitted(world: World, of: Trigger, admission: Partial<Admission>, id = 'pr') {
  const about = { pipelineId: pipelineId(id), at: world.tick(), trigger: of } as const
  world.happen({ ...about, type: 'proposed' })
  return world.happen({ ...about, type: 'admitted', admission: { ...nobody, ...admission } })
}
const stateOf = (world: World, id: string) => world.pipelines.get(id as PipelineId)?.state
const types = (effects: readonly { readonly type: string }[]) => effects.map(({ type }) => type)

describe('a fork’s pull request', () => {
  test('is asked about first; held, nothing of it is read', () => {
    const world = new World()
    const asked = { pipelineId: pipelineId('pr'), at: 1, trigger: strange } as const
    expect(types(world.happen({ ...asked, type: 'proposed' }))).toEqual(['admit'])
    expect(types(admitted(world, strange, {}))).toEqual(['cancel-older', 'report'])
    expect(stateOf(world, 'pr')).toBe('held')
  })

  test('begins once somebody who may lets it', () => {
    const world = new World()
    admitted(world, strange, {})
    world.request('approve', null, ann)
    world.answer()
    expect(stateOf(world, 'pr')).toBe('pending')
    expect(world.effects.filter(({ type }) => type === 'compile')).toHaveLength(1)
  })

  test.each([
    [bob, true, 'who proposes a change from a fork may not do this'],
    [ann, false, 'ann has read access'],
  ] as const)('stays held when $login presses and may not', (by, allowed, said) => {
    const world = new World()
    admitted(world, strange, {})
    world.request('approve', null, by)
    world.answer(allowed)
    expect(stateOf(world, 'pr')).toBe('held')
    expect(world.pipelines.get(pipelineId('pr'))?.notices.join()).toContain(said)
  })

  test('a press after it was given up changes nothing', () => {
    const world = new World()
    admitted(world, strange, {})
    world.request('approve', null, ann)
    world.happen({ type: 'redundant', pipelineId: pipelineId('pr'), at: 5, by: 'x', which: 'held' })
    world.answer()
    expect(stateOf(world, 'pr')).toBe('canceled')
    expect(world.effects.some(({ type }) => type === 'compile')).toBe(false)
  })

  test('never and always need nobody', () => {
    const world = new World()
    admitted(world, strange, { forks: 'never' }, 'never')
    admitted(world, strange, { forks: 'always' }, 'always')
    expect([stateOf(world, 'never'), stateOf(world, 'always')]).toEqual(['canceled', 'pending'])
  })

  test('the author can neither cancel nor re-run it', () => {
    const world = new World()
    world.push(oneJob, strange, 'pr')
    world.request('cancel', world.job('build').id, bob)
    world.request('rerun-all', null, bob)
    world.answer()
    expect(world.job('build').status).toBe('queued')
    expect(world.pipelines.get(pipelineId('pr'))?.pendingRerun).toBeNull()
  })
})

describe('a pull request of the repository', () => {
  test('leaves no trace where nobody wants its events', () => {
    const world = new World()
    expect(admitted(world, own, {})).toEqual([])
    expect(world.pipelines.size).toBe(0)
  })

  test('that opens a declined branch begins the pipeline of its push', () => {
    const world = new World()
    const id = pipelineId('push')
    world.happen({ type: 'triggered', pipelineId: id, at: 1, trigger: topic })
    world.happen({ type: 'declined', pipelineId: id, at: 2, because: 'no pull request' })
    expect(stateOf(world, 'push')).toBe('ignored')
    admitted(world, own, { opensBranch: true })
    world.answer()
    expect(world.pipelines.get(id)).toMatchObject({ state: 'pending', trigger: { pullRequests } })
    expect(world.pipelines.size).toBe(1)
  })

  test('that is opened while GitHub is asked about the push is not missed', () => {
    const world = new World()
    const id = pipelineId('push')
    world.happen({ type: 'triggered', pipelineId: id, at: 1, trigger: topic })
    admitted(world, own, { opensBranch: true })
    world.answer()
    const effects = world.happen({ type: 'declined', pipelineId: id, at: 9, because: 'none' })
    expect(types(effects)).toEqual(['compile'])
    expect(stateOf(world, 'push')).toBe('pending')
  })

  test('of a branch without a push stands for it, as a push', () => {
    const world = new World()
    admitted(world, own, { opensBranch: true })
    world.answer()
    const [pipeline] = world.pipelines.values()
    expect(pipeline?.trigger).toMatchObject({
      type: 'push',
      event: { name: 'push', values: { ref: 'refs/heads/topic', after: topic.commit.sha } },
    })
  })

  test('of a wanted action has checks of its own name', () => {
    const world = new World()
    world.push(oneJob, topic, 'push')
    admitted(world, own, { wanted: true })
    expect(world.pipelines.get(pipelineId('pr'))?.label).toBe(' (pull request opened)')
  })
})

describe('a newer pipeline of the branch', () => {
  const around: Around = { pullRequests: [], cancelsOlder: true, onlyBuildPullRequests: false }
  const redundant = (world: World, id = 'p1') =>
    world.happen({
      type: 'redundant',
      pipelineId: pipelineId(id),
      at: world.tick(),
      by: 'pipeline 2, which is newer on this branch',
      which: 'first-runs',
    })

  test('has the older ones told, of other commits only', () => {
    const world = new World()
    const id = pipelineId('p1')
    world.happen({ type: 'triggered', pipelineId: id, at: 1, trigger: topic })
    const compiled = { type: 'compiled', plan: oneJob, continuation: false, around } as const
    const effects = world.happen({ ...compiled, pipelineId: id, at: 2 })
    expect(effects.find(({ type }) => type === 'cancel-older')).toMatchObject({
      repositoryId: repository.id,
      branch: 'topic',
      number: 1,
      sha: fakeSha('a'),
      which: 'first-runs',
    })
  })

  test('cancels what runs, which says so in the end, and what waits', () => {
    const world = new World()
    world.push(plan(plannedWorkflow('ci', { build: '', after: 'build' })), topic)
    world.start('build')
    redundant(world)
    world.end('build', { kind: 'canceled', because: 'canceled at "sleep"' })
    expect(world.statuses()).toEqual({ build: 'canceled', after: 'not_run' })
    expect(world.job('build')).toMatchObject({
      because: 'canceled by pipeline 2, which is newer on this branch',
    })
  })

  test('spares what a schedule began, and re-runs', () => {
    const world = new World()
    world.push(oneJob, { ...topic, type: 'schedule' })
    redundant(world)
    expect(world.job('build').status).toBe('queued')
    const again = new World()
    again.push(oneJob, topic)
    again.end('build', 'failed')
    again.click('rerun-failed', null)
    redundant(again)
    expect(again.job('build').status).toBe('queued')
  })

  test('ends one whose config is not read yet: a plan that comes later starts nothing', () => {
    const world = new World()
    const id = pipelineId('p1')
    world.happen({ type: 'triggered', pipelineId: id, at: 1, trigger: topic })
    redundant(world)
    expect(stateOf(world, 'p1')).toBe('canceled')
    world.happen({ type: 'compiled', pipelineId: id, at: 9, plan: oneJob, continuation: false })
    expect(world.tasks).toEqual([])
  })

  test('closes a setup pipeline that waits to be continued', () => {
    const world = new World()
    world.push({ ...oneJob, setup: { taken: [] } }, topic)
    redundant(world)
    expect(world.pipelines.get(pipelineId('p1'))?.continuation?.stage).toBe('finished')
  })
})

import { describe, expect, test } from 'vitest'
import { isSamePush } from '../../src/engine/recovered.ts'
import { pipelineId } from '../../src/model/ids.ts'
import type { Sibling, Slice } from '../../src/model/state.ts'
import type { Trigger } from '../../src/model/trigger.ts'
import { plan, plannedWorkflow, trigger } from '../support/builders.ts'
import { World } from '../support/world.ts'

const id = pipelineId('p1')
const main = { kind: 'branch', name: 'main' } as const
const slice = (...siblings: readonly Sibling[]): Slice => ({
  pipeline: null,
  project: null,
  siblings,
  workflows: [],
  jobs: new Map(),
  dependents: new Map(),
  whole: new Set(),
  block: null,
})
const sibling = (more: Partial<Sibling> = {}): Sibling => ({
  id,
  ref: main,
  number: 1,
  beside: false,
  ...more,
})
const push = (more: Partial<Trigger> = {}): Trigger => ({ ...trigger(), ref: main, ...more })

describe('a push that was found by comparing heads', () => {
  test('gives way to one that GitHub told of meanwhile', () => {
    const recovered = push({ recovered: { known: [] } })
    expect(isSamePush(slice(sibling()), recovered)).toBe(true)
  })

  test('does not give way to what a pull request’s event or a schedule began', () => {
    const recovered = push({ recovered: { known: [] } })
    expect(isSamePush(slice(sibling({ beside: true })), recovered)).toBe(false)
  })

  test('is new where the pipelines at its commit are older', () => {
    expect(isSamePush(slice(sibling()), push({ recovered: { known: [id] } }))).toBe(false)
  })

  test('takes the place of one that GitHub tells of later', () => {
    const before = slice(sibling({ recoveredUpTo: 2000 }))
    expect(isSamePush(before, push({ pushedAt: 2000 }))).toBe(true)
    expect(isSamePush(before, push({ pushedAt: null }))).toBe(true)
  })

  test('does not stand for a later push to the same commit', () => {
    expect(isSamePush(slice(sibling({ recoveredUpTo: 2000 })), push({ pushedAt: 3000 }))).toBe(
      false,
    )
  })

  test('does not stand for another branch, nor for a re-run', () => {
    const other = sibling({ ref: { kind: 'branch', name: 'other' }, recoveredUpTo: 2000 })
    expect(isSamePush(slice(other), push({ pushedAt: 1000 }))).toBe(false)
    const again = push({ type: 'rerun', pushedAt: 1000, recovered: { known: [] } })
    expect(isSamePush(slice(sibling({ recoveredUpTo: 2000 })), again)).toBe(false)
  })
})

describe('a repository that the App has lost', () => {
  const lose = (world: World) =>
    world.happen({
      type: 'access-lost',
      pipelineId: pipelineId('p1'),
      at: world.tick(),
      because: 'is not installed for acme',
    })

  test('ends what waits at once, and what runs when its worker has stopped', () => {
    const world = new World()
    world.push(plan(plannedWorkflow('ci', { build: '', hold: '', deploy: 'hold' })))
    world.start('build')
    const effects = lose(world)
    expect(effects).toContainEqual(expect.objectContaining({ type: 'cancel-task' }))
    expect(world.statuses()).toEqual({ build: 'running', hold: 'canceled', deploy: 'not_run' })
    world.end('build', { kind: 'canceled', because: 'stopped' })
    expect(world.job('build').status).toBe('canceled')
    expect(world.job('hold')).toMatchObject({
      because: expect.stringContaining('the App is not installed for acme'),
    })
  })

  test('ends a pipeline whose config was not fetched yet', () => {
    const world = new World()
    const at = world.tick()
    world.happen({ type: 'triggered', pipelineId: pipelineId('p1'), at, trigger: trigger() })
    lose(world)
    expect(world.pipelines.get(pipelineId('p1'))).toMatchObject({
      state: 'errored',
      because: 'the App is not installed for acme',
    })
  })
})

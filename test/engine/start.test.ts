import { expect, test } from 'vitest'
import { pipelineId } from '../../src/model/ids.ts'
import { fakeSha, plan, plannedWorkflow, repository, trigger } from '../support/builders.ts'
import { World } from '../support/world.ts'

const id = pipelineId('p1')
const reports = (world: World) => world.effects.filter((effect) => effect.type === 'report')

test('the first push to a repository asks for its config and stays silent until one is found', () => {
  const world = new World()
  const effects = world.happen({ type: 'triggered', pipelineId: id, at: 1, trigger: trigger() })
  expect(effects).toEqual([
    { type: 'compile', pipelineId: id, number: 1, trigger: trigger(), continuation: null },
  ])
})

test('where a config was seen before, a push is reported before its config is fetched', () => {
  const world = new World()
  world.push(plan(plannedWorkflow('ci', { build: '' })))
  const effects = world.happen({
    type: 'triggered',
    pipelineId: pipelineId('p2'),
    at: 9,
    trigger: trigger(),
  })
  expect(effects.map((effect) => effect.type)).toEqual(['compile', 'report'])
})

test('the same trigger again makes no second pipeline', () => {
  const world = new World()
  world.push(plan(plannedWorkflow('ci', { build: '' })), trigger(), 'p1')
  expect(world.happen({ type: 'triggered', pipelineId: id, at: 9, trigger: trigger() })).toEqual([])
  expect(world.pipelines.size).toBe(1)
})

test('a plan that arrives twice starts its workflows once', () => {
  const world = new World()
  const once = plan(plannedWorkflow('ci', { build: '' }))
  world.push(once, trigger(), 'p1')
  world.happen({ type: 'compiled', pipelineId: id, at: 9, plan: once, continuation: false })
  expect(world.tasks).toHaveLength(1)
})

test('pipelines of a project are counted from one', () => {
  const world = new World()
  const numbers = ['p1', 'p2', 'p3'].map(
    (name) => world.pipelines.get(world.push(plan(), trigger(), name))?.number,
  )
  expect(numbers).toEqual([1, 2, 3])
})

test('an event that selects nothing is a success of the whole', () => {
  const world = new World()
  world.push(plan(), trigger(), 'p1')
  expect(world.pipelines.get(id)?.state).toBe('created')
  expect(reports(world)).toEqual([
    { type: 'report', subject: { kind: 'pipeline', pipelineId: id }, urgency: 'alarm' },
  ])
})

test('a wrong config ends the pipeline with its diagnostics and an urgent report', () => {
  const world = new World()
  world.happen({ type: 'triggered', pipelineId: id, at: 1, trigger: trigger() })
  const where = { line: 3, column: 1, endLine: 3, endColumn: 4 }
  const diagnostic = {
    code: 'unknown-job',
    severity: 'error',
    message: 'no job x',
    file: 'c.yml',
    where,
    hint: null,
    path: '',
  } as const
  world.happen({
    type: 'rejected',
    pipelineId: id,
    at: 2,
    diagnostics: [diagnostic],
    continuation: false,
  })
  expect(world.pipelines.get(id)).toMatchObject({
    state: 'errored',
    because: 'the config has an error',
    diagnostics: [diagnostic],
  })
  expect(reports(world)).toHaveLength(1)
})

test('a missing config is an error only where the default branch has one', () => {
  for (const expected of [true, false]) {
    const world = new World()
    world.happen({ type: 'triggered', pipelineId: id, at: 1, trigger: trigger() })
    world.happen({
      type: 'config-missing',
      pipelineId: id,
      at: 2,
      path: '.circleci/config.yml',
      expected,
    })
    expect(world.pipelines.get(id)?.state).toBe(expected ? 'errored' : 'ignored')
    expect(reports(world)).toHaveLength(expected ? 1 : 0)
  }
})

test('checks of the first branch at a commit have plain names, those of later refs end with the ref', () => {
  const world = new World()
  const label = (kind: 'branch' | 'tag', name: string) =>
    world.pipelines.get(world.push(plan(), trigger({ kind, name }, fakeSha('b'))))?.label
  expect(label('tag', 'v1')).toBe(' (tag v1)')
  expect(label('branch', 'main')).toBe('')
  expect(label('branch', 'copy')).toBe(' (copy)')
  expect(label('branch', 'main')).toBe('')
})

test('jobs of small workflows have a check while they wait, those of large ones do not', () => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`j${i}`, '']))
  for (const [count, expected] of [
    [20, 20],
    [21, 0],
  ] as const) {
    const world = new World()
    world.push(plan(plannedWorkflow('ci', many(count))))
    expect(reports(world).filter((report) => report.subject.kind === 'job')).toHaveLength(expected)
  }
})

test('an event about a pipeline that does not exist is nothing', () => {
  expect(new World().happen({ type: 'rerun-due', pipelineId: id, at: 1 })).toEqual([])
})

test.each(['api', 'rerun', 'schedule'] as const)(
  'a repository that was renamed keeps its name when something old of it begins anew: %s',
  (type) => {
    const world = new World()
    world.push(plan(plannedWorkflow('ci', { build: '' })))
    const renamed = { ...repository, name: 'store' }
    if (world.project) world.project = { ...world.project, repository: renamed }
    const about = { pipelineId: pipelineId('p2'), at: world.tick() }
    world.happen({ ...about, type: 'triggered', trigger: { ...trigger(), type } })
    expect(world.project?.repository).toEqual(renamed)
    expect(world.pipelines.get(pipelineId('p2'))?.trigger.repository).toEqual(renamed)
  },
)

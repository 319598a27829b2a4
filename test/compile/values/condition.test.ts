import { describe, expect, test } from 'vitest'
import { pipelineScope } from '../../../src/compile/values/pipeline-scope.ts'
import { branch, regex, tag } from '../support.ts'
import { complaint, facts, judged, parameters, pipeline } from './support.ts'

const scope = parameters(
  '{text: some, empty: ""}',
  pipeline('{deploy: false, run: true, name: abc}', { ref: branch('feature/x') }),
)
const step = (yaml: string) => judged(yaml, scope, false)

describe('a condition of a workflow', () => {
  test.each([
    ['pipeline.git.branch == "feature/x"', true],
    ['not pipeline.parameters.deploy', true],
    ['pipeline.parameters.deploy', false],
    ['"pipeline.parameters.run"', true],
    ['|\n  pipeline.parameters.deploy\n  or pipeline.git.branch starts-with "feature"\n', true],
    ['<< pipeline.parameters.deploy >>', false],
    ['<< pipeline.parameters.name >>', true],
    ['<< pipeline.git.branch == "main" >>', false],
    ['<<# pipeline.parameters.deploy >>x<</ pipeline.parameters.deploy >>', false],
    ['<<# pipeline.parameters.run >>x<</ pipeline.parameters.run >>', true],
    ['true', true],
    ['no', false],
    ['0', false],
    ['""', false],
    ['~', false],
    ['{equal: [feature/x, << pipeline.git.branch >>]}', true],
    ['{and: [<< pipeline.parameters.run >>, << pipeline.parameters.deploy >>]}', false],
  ])('%s', (yaml, verdict) => {
    expect(judged(yaml, scope)).toMatchObject({ verdict, problems: [] })
  })

  test.each([
    [
      'push or << pipeline.parameters.deploy >>',
      'Without << >>: push or pipeline.parameters.deploy',
    ],
    [
      '<< pipeline.parameters.run >> and << pipeline.parameters.deploy >>',
      'Without << >>: pipeline.parameters.run and pipeline.parameters.deploy',
    ],
    [
      'not << pipeline.git.branch == "a" or pipeline.number >>',
      'Without << >>: not (pipeline.git.branch == "a" or pipeline.number)',
    ],
    ['|\n  true\n  or << pipeline.number >>\n', 'Without << >>: true or pipeline.number'],
  ])('%s mixes an expression with a template', (yaml, hint) => {
    const { verdict, problems } = judged(yaml, scope)
    expect(verdict).toBe('unknown')
    expect(problems).toMatchObject([{ code: 'mixed-expression', hint }])
  })

  test('what is wrong is reported where it is', () => {
    const { verdict, problems } = judged('pipeline.git.branch = "main"', scope)
    expect(verdict).toBe('unknown')
    expect(problems).toMatchObject([
      { code: 'bad-expression', at: { span: { start: 20, end: 21 } } },
    ])
  })
  test('in a block as well, when the source is at hand', () => {
    const yaml = '|\n  false\n  or maybe\n'
    const source = { ...scope, source: yaml }
    expect(judged(yaml, source).problems).toMatchObject([
      { code: 'unknown-value', at: { span: { start: 15, end: 20 } } },
    ])
    expect(complaint(judged(yaml, scope))).toMatch(/\(line 2 of this text\)$/)
  })
})

describe('a condition of a step', () => {
  test.each([
    ['<< parameters.text >>', true],
    ['<< parameters.empty >>', false],
    ['any text', true],
    ['""', false],
    ['x<< parameters.empty >>', true],
    ['{equal: [some, << parameters.text >>]}', true],
    ['<< pipeline.git.branch == "main" >>', false],
  ])('%s', (yaml, verdict) => {
    expect(step(yaml)).toMatchObject({ verdict, problems: [] })
  })
  test.each([
    'pipeline.git.branch == "main"',
    'not pipeline.parameters.deploy',
    '(parameters.text == "a")',
    '<< pipeline.git.branch >> == "main"',
    '<< parameters.text >> and << parameters.empty >>',
    'not << parameters.text >>',
  ])('%s is a text, and true: that is hardly meant', (yaml) => {
    const { verdict, problems } = step(yaml)
    expect(verdict).toBe(true)
    expect(problems).toMatchObject([{ code: 'text-condition' }])
  })
})

describe('why', () => {
  const because = (yaml: string) => judged(yaml, scope).because
  test.each([
    ['pipeline.git.branch == "main"', 'pipeline.git.branch is "feature/x", not "main"'],
    [`'"main" == pipeline.git.branch'`, 'pipeline.git.branch is "feature/x", not "main"'],
    ['pipeline.git.branch == "feature/x"', 'pipeline.git.branch is "feature/x"'],
    ['pipeline.git.branch != "feature/x"', 'pipeline.git.branch is "feature/x"'],
    ['pipeline.number == 8', 'pipeline.number is 7, not 8'],
    ['<< pipeline.git.branch == "main" >>', 'pipeline.git.branch is "feature/x", not "main"'],
    ['<< pipeline.parameters.deploy >>', 'pipeline.parameters.deploy is false'],
    ['pipeline.parameters.deploy', 'pipeline.parameters.deploy is false'],
    ['not pipeline.parameters.run', 'pipeline.parameters.run is true'],
    ['pipeline.git.tag', 'pipeline.git.tag is ""'],
    [
      'pipeline.git.branch == "main" or  pipeline.parameters.deploy',
      'when: pipeline.git.branch == "main" or pipeline.parameters.deploy is false (pipeline.git.branch is "feature/x", pipeline.parameters.deploy is false)',
    ],
    [
      '{and: [<< pipeline.parameters.run >>, << pipeline.parameters.deploy >>]}',
      'when is false (pipeline.parameters.run is true, pipeline.parameters.deploy is false)',
    ],
    ['false', 'when: false is false'],
    ['~', 'when is false'],
  ])('%s', (yaml, expected) => expect(because(yaml)).toBe(expected))

  test('five names at most', () => {
    const names = [
      'id',
      'name',
      'trigger_source',
      'git.tag',
      'git.branch',
      'git.revision',
      'number',
    ]
    const text = names.map((name) => `pipeline.${name} == "x"`).join(' or ')
    expect(because(text)).toMatch(/pipeline\.git\.branch is "feature\/x", …\)$/)
    expect(because(text)).toMatch(/^when: .{99}… is false/)
  })
  test('what cannot be told says on what it depends', () => {
    const unknown = pipelineScope(facts(), new Map([['u', 'unknown']]), {
      regex,
      withParameters: true,
    })
    expect(judged('pipeline.parameters.u', unknown)).toEqual({
      verdict: 'unknown',
      because: 'when: pipeline.parameters.u cannot be told (pipeline.parameters.u is not known)',
      problems: [],
    })
  })
})

describe('the examples of the documents, by their rows', () => {
  const run = (yaml: string, given = '{}', change = {}) =>
    judged(yaml, pipeline(given, change)).verdict
  const onBranch = (name: string) => ({ ref: branch(name) })
  const onTag = (name: string) => ({ ref: tag(name) })

  test('63: every branch, and tags of versions', () => {
    const text = 'pipeline.git.branch or (pipeline.git.tag matches /^v.*/)'
    const verdicts = [onBranch('any'), onTag('v1.2'), onTag('1.2')].map((at) => run(text, '{}', at))
    expect(verdicts).toEqual([true, true, false])
  })
  test('64: the truth table of three parameters', () => {
    const text =
      'pipeline.git.branch == "main" and not pipeline.parameters.a and (pipeline.parameters.b or pipeline.parameters.c)'
    for (const bits of Array(16).keys()) {
      const [a, b, c, main] = [1, 2, 4, 8].map((bit) => (bits & bit) > 0)
      const verdict = run(text, `{a: ${a}, b: ${b}, c: ${c}}`, onBranch(main ? 'main' : 'x'))
      expect([bits, verdict]).toEqual([bits, main && !a && (b || c)])
    }
  })
  test('65: several lines are one expression', () => {
    const text = `|
      pipeline.parameters.run-storybook-tests
      or pipeline.git.branch == "dry-run-deploy"
      or pipeline.git.branch starts-with "deploy"
    `
    const given = '{run-storybook-tests: false}'
    const verdicts = ['dry-run-deploy', 'deploy-1', 'main'].map((at) =>
      run(text, given, onBranch(at)),
    )
    expect(verdicts).toEqual([true, true, false])
    expect(run(text, '{run-storybook-tests: true}')).toBe(true)
  })
  test('66: `not` binds tighter than `and`', () => {
    const given = '{foo: true, bar: false}'
    expect(run('not pipeline.parameters.foo and pipeline.parameters.bar', given)).toBe(false)
    expect(run('not (pipeline.parameters.foo and pipeline.parameters.bar)', given)).toBe(true)
  })
  test('67: a nested statement', () => {
    const text = `{and: [
      {or: [
        {and: [{equal: [main, << pipeline.git.branch >>]}, {equal: [false, << pipeline.parameters.p1 >>]}]},
        {not: << pipeline.parameters.p3 >>}]},
      {or: [
        {equal: [false, << pipeline.parameters.p3 >>]},
        {or: [<< pipeline.parameters.p1 >>, << pipeline.parameters.p2 >>]}]}]}`
    expect(run(text, '{p1: false, p2: false, p3: false, p4: true}')).toBe(true)
    expect(run(text, '{p1: true, p2: false, p3: true}', onBranch('x'))).toBe(false)
  })
  test('68: not on main, and a tag or a parameter says so', () => {
    const text = `{and: [
      {not: {matches: {pattern: "^main$", value: << pipeline.git.branch >>}}},
      {or: [{equal: [canary, << pipeline.git.tag >>]}, << pipeline.parameters.deploy-canary >>]}]}`
    const table = [
      ['main', true],
      ['main', false],
      ['maintenance', true],
      ['maintenance', false],
    ] as const
    const verdicts = table.map(([at, deploy]) =>
      run(text, `{deploy-canary: ${deploy}}`, onBranch(at)),
    )
    expect(verdicts).toEqual([false, false, true, false])
    expect(run(text, '{deploy-canary: false}', onTag('canary'))).toBe(true)
  })
  test('events of pull requests', () => {
    const text =
      '(pipeline.event.name == "pull_request" and pipeline.event.action == "labeled") or (pipeline.event.name == "pull_request" and pipeline.event.action == "synchronize")'
    const of = (name: 'push' | 'pull_request', action: string) =>
      run(text, '{}', { event: { name, action, values: {} } })
    expect(of('push', 'push')).toBe(false)
    expect(of('pull_request', 'labeled')).toBe(true)
    expect(of('pull_request', 'synchronize')).toBe(true)
    expect(of('pull_request', 'closed')).toBe(false)
  })
  test('a schedule by its name', () => {
    const text = 'pipeline.trigger.type == "schedule" and pipeline.schedule.name == "nightly_build"'
    const schedule = { id: 's', name: 'nightly_build', cron: '0 3 * * *', dueAt: 0, missed: 0 }
    const event = { name: 'schedule', action: 'schedule', values: {}, schedule }
    expect(run(text, '{}', { event })).toBe(true)
    expect(run(text)).toBe(false)
  })
})

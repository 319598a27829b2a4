import { expect, test } from 'vitest'
import { bodyOf, expectError, expectFinding, jobIn, planFor, scriptOf, wordOf } from './support.ts'

const withParameter = (declaration: string, argument = '') => `version: 2.1
jobs:
  greet:
    parameters:
      foo: ${declaration}
    machine: true
    steps: [{ run: "echo << parameters.foo >>" }]
workflows:
  main:
    jobs:
      - greet: { name: g${argument} }
`

test('oracle 20: the default of an enum is one of its values', () => {
  expectError(withParameter('{ type: enum, enum: [linux, darwin], default: windows }'), [
    /windows/,
    /foo/,
    /linux/,
    /darwin/,
  ])
})

test('oracle 29: a declaration has no other keys', () => {
  const text = `version: 2.1
parameters:
  ok: { type: string, default: "" }
  wrong:
    type: string
    default: ""
    extra: 1 # here
jobs: { build: { machine: true, steps: [checkout] } }
workflows: { w: { jobs: [build] } }
`
  expectFinding(text, { severity: 'error', says: [/extra/] })
})

test('oracle 30: one name means a parameter of its own in each element that declares it', () => {
  const text = `version: 2.1
orbs:
  my:
    commands:
      say:
        parameters: { image: { type: string, default: orb-command-build } }
        steps: [{ run: "echo << parameters.image >>" }]
executors:
  e:
    parameters: { image: { type: string, default: executor-build } }
    docker: [{ image: << parameters.image >> }]
commands:
  count:
    parameters: { image: { type: integer, default: 3 } }
    steps: [{ run: "echo command-<< parameters.image >>" }]
  say:
    parameters: { image: { type: string, default: command-build } }
    steps: [{ run: "echo << parameters.image >>" }]
jobs:
  build:
    parameters: { image: { type: string, default: job-build } }
    executor: e
    steps: [{ run: "echo << parameters.image >>" }, say, count, my/say]
workflows:
  w: { jobs: [build] }
`
  expect(scriptOf(text)).toEqual([
    'echo job-build',
    'echo command-build',
    'echo command-3',
    'echo orb-command-build',
  ])
  expect(bodyOf(text).runsIn).toMatchObject({ images: [{ image: 'executor-build' }] })
})

test('oracle 31: a parameter of an orb’s job does not leak into an orb’s executor', () => {
  const text = `version: 2.1
orbs:
  docker:
    executors:
      machine:
        parameters: { image: { type: string, default: "ubuntu-1604:201903-01" } }
        machine: { image: << parameters.image >> }
    jobs:
      publish:
        parameters: { image: { type: string } }
        executor: machine
        steps: [{ run: "push << parameters.image >>" }]
workflows:
  w:
    jobs: [{ docker/publish: { image: acme/shop } }]
`
  expect(bodyOf(text).runsIn).toMatchObject({ kind: 'machine', image: 'ubuntu-1604:201903-01' })
  expect(scriptOf(text)).toEqual(['push acme/shop'])
})

test('oracle 32: a job’s parameter is not in scope in a workflow', () => {
  const text = `version: 2.1
jobs:
  greet:
    parameters: { message: { type: string } }
    machine: true
    steps: [{ run: "echo << parameters.message >>" }]
workflows:
  w:
    jobs:
      - greet:
          message: << parameters.message >> # here
`
  const says = [/arguments? referenced without declared parameters?/i, /message/]
  expectFinding(text, { severity: 'error', says })
})

test('oracle 33: `false` is no default for a string', () => {
  expectError(withParameter('{ type: string, default: false }'), [
    /foo/,
    /false/,
    /boolean/,
    /string/,
    /default/,
  ])
})

const trail = [/main/, /greet|'g'/]

test('oracle 34: a default of null is none: the argument is missing', () => {
  expectError(withParameter('{ type: string, default: null }'), [
    /missing required argument/i,
    /foo/,
    ...trail,
  ])
})

test('oracle 35: an argument that is not declared is unexpected', () => {
  expectError(withParameter('{ type: string, default: a }', ', unknown_arg: hi'), [
    /unexpected argument/i,
    /unknown_arg/,
    ...trail,
  ])
})

test.each(['command', 'job'])(
  'oracle 37: a boolean of a %s is text in a script, 1 or 0 in the environment',
  (kind) => {
    const element = (body: string) =>
      kind === 'job'
        ? `jobs:\n  b:\n    parameters: { flag: { type: boolean } }\n    machine: true\n    steps:\n${body}`
        : `commands:\n  c:\n    parameters: { flag: { type: boolean } }\n    steps:\n${body}\njobs:\n  b: { machine: true, steps: [{ c: { flag: true } }, { c: { flag: false } }] }`
    const calls = kind === 'job' ? '[{ b: { flag: true } }, { b: { flag: false } }]' : '[b]'
    const text = `version: 2.1
${element(`      - run:
          command: echo << parameters.flag >>
          environment: { FLAG: << parameters.flag >>, TEXT: "is << parameters.flag >>", KEPT: true }`)}
workflows:
  w: { jobs: ${calls} }
`
    const steps = planFor(text).workflows[0]?.jobs.flatMap(({ body }) => body?.steps ?? [])
    expect(steps).toMatchObject([
      { command: 'echo true', environment: { FLAG: '1', TEXT: 'is true', KEPT: 'true' } },
      { command: 'echo false', environment: { FLAG: '0', TEXT: 'is false', KEPT: 'true' } },
    ])
  },
)

test.each([
  ['main', 10],
  ['other', 1],
])('oracle 70: an expression gives `parallelism` on %s the number %i', (branch, expected) => {
  const text = `version: 2.1
jobs:
  build:
    machine: true
    parallelism: << pipeline.git.branch == "main" and 10 or 1 >>
    steps: [checkout]
workflows:
  w: { jobs: [build] }
`
  expect(jobIn(planFor(text, { branch })).parallelism).toBe(expected)
})

const dialect = (value: string) => `version: 2.1
commands:
  c:
    parameters: { on: { type: boolean } }
    steps: [{ run: "echo << parameters.on >>" }]
jobs: { b: { machine: true, steps: [{ c: { on: ${value} } }] } }
workflows: { w: { jobs: [b] } }
`

test('oracle 87: the booleans of YAML 1.1 are booleans, a quoted one is text', () => {
  for (const value of ['yes', 'on', 'true', 'Yes', 'ON', 'True'])
    expect([value, scriptOf(dialect(value))]).toEqual([value, ['echo true']])
  for (const value of ['no', 'Off', 'FALSE'])
    expect([value, scriptOf(dialect(value))]).toEqual([value, ['echo false']])
  for (const value of ['"yes"', 'maybe', '1', 'oN'])
    expectError(dialect(value), [/\bon\b/, /boolean/])
})

test('oracle 87: a boolean word is no string', () => {
  const text = withParameter('{ type: string }', ', foo: yes')
  expectError(text, [/foo/, /string/, /boolean/])
  const [step] = bodyOf(withParameter('{ type: string }', ', foo: "yes"')).steps
  expect(step && wordOf(step)).toBe('echo yes')
})

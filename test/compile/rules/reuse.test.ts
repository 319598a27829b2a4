import { expect, test } from 'vitest'
import {
  bodyOf,
  compileFor,
  expectError,
  findings,
  graphOf,
  jobIn,
  namesOf,
  planFor,
  scriptOf,
} from '../oracles/support.ts'

/** What the documents say of commands, executors, orbs, matrices and overrides. */

test('an executor’s fields are replaced whole by the job’s, its environment entry by entry', () => {
  const text = `version: 2.1
executors:
  e:
    machine: { image: "ubuntu-2204:current" }
    shell: /bin/sh
    working_directory: ~/there
    resource_class: large
    environment: { A: "1", B: "1" }
jobs:
  kept: { executor: e, steps: [checkout] }
  changed: { executor: e, shell: /bin/zsh, working_directory: /here, resource_class: small, environment: { B: "2" }, steps: [checkout] }
workflows: { w: { jobs: [kept, changed] } }
`
  expect(bodyOf(text, {}, 'kept')).toMatchObject({
    shell: '/bin/sh',
    workingDirectory: '~/there',
    resourceClass: 'large',
    environment: { A: '1', B: '1' },
  })
  expect(bodyOf(text, {}, 'changed')).toMatchObject({
    runsIn: { kind: 'machine', image: 'ubuntu-2204:current' },
    shell: '/bin/zsh',
    workingDirectory: '/here',
    resourceClass: 'small',
    environment: { A: '1', B: '2' },
  })
})

test('names mean what they mean where they are written', () => {
  const text = `version: 2.1
orbs:
  o:
    executors: { e: { docker: [{ image: "orb:1" }] } }
    commands: { say: { steps: [{ run: orb says }] } }
    jobs:
      inside: { executor: e, steps: [say] }
      given:
        parameters: { e: { type: executor, default: e }, s: { type: steps, default: [say] } }
        executor: << parameters.e >>
        steps: << parameters.s >>
executors: { e: { docker: [{ image: "config:1" }] } }
commands: { say: { steps: [{ run: config says }] } }
workflows:
  w:
    jobs:
      - o/inside
      - o/given: { name: defaults }
      - o/given: { name: handed, e: e, s: [say] }
      - o/given: { name: named, e: o/e, s: [o/say] }
      - o/inside: { name: around, pre-steps: [say], post-steps: [o/say] }
`
  const shown = planFor(text).workflows[0]?.jobs.map(({ name, body }) => [
    name,
    JSON.stringify(body?.runsIn).match(/\w+:1/)?.[0],
    body?.steps.map((step) => step.name).join(),
  ])
  expect(shown).toEqual([
    ['o/inside', 'orb:1', 'orb says'],
    ['defaults', 'orb:1', 'orb says'],
    ['handed', 'config:1', 'config says'],
    ['named', 'orb:1', 'orb says'],
    ['around', 'orb:1', 'config says,orb says,orb says'],
  ])
})

test('an orb does not see what the config declares', () => {
  const text = `version: 2.1
orbs: { o: { jobs: { j: { machine: true, steps: [mine] } } } }
commands: { mine: { steps: [checkout] } }
workflows: { w: { jobs: [o/j] } }
`
  expectError(text, [/mine/, /\bo\b|orb/])
})

test('the imports of an orb are its own', () => {
  const orbs = {
    'a/a@1':
      'version: 2.1\norbs: { b: b/b@2.0.1 }\ncommands: { say: { steps: [b/say] }, other: b/say }\n',
    'b/b@2.0.1': 'version: 2.1\ncommands: { say: { steps: [{ run: b says }] } }\n',
  }
  const calling = (step: string) => `version: 2.1
orbs: { a: a/a@1 }
jobs: { it: { machine: true, steps: [${step}] } }
workflows: { w: { jobs: [it] } }
`
  expect(scriptOf(calling('a/say'), { orbs })).toEqual(['b says'])
  expect(scriptOf(calling('a/other'), { orbs })).toEqual(['b says'])
  expectError(calling('b/say'), [/b\/say|\bb\b/], { orbs })
  expect(planFor(calling('a/say'), { orbs }).orbs).toMatchObject({ 'b/b@2.0.1': '2.0.1' })
})

test('the version of an orb may come from a parameter of the pipeline', () => {
  const text = `version: 2.1
parameters: { v: { type: string, default: "1.2.3" } }
orbs: { a: "a/a@<< pipeline.parameters.v >>" }
jobs: { it: { machine: true, steps: [a/say] } }
workflows: { w: { jobs: [it] } }
`
  const orbs = { 'a/a@1.2.3': 'version: 2.1\ncommands: { say: { steps: [{ run: a says }] } }\n' }
  expect(scriptOf(text, { orbs })).toEqual(['a says'])
})

test('a job of an orb replaces another where it exists, and not where it does not', () => {
  const text = `version: 2.1
orbs: { o: { jobs: { mine: { machine: true, steps: [{ run: orb }] } } } }
jobs: { it: { machine: true, steps: [{ run: own }] } }
workflows:
  w:
    jobs:
      - it: { name: one, override-with: o/mine }
      - it: { name: two, override-with: o/none }
`
  const plan = planFor(text)
  expect(jobIn(plan, 'one').body?.steps).toMatchObject([{ command: 'orb' }])
  expect(jobIn(plan, 'two').body?.steps).toMatchObject([{ command: 'own' }])
})

test('steps that come as one item may call the command that they were handed to', () => {
  const text = `version: 2.1
commands: { twice: { parameters: { s: { type: steps } }, steps: [<< parameters.s >>, << parameters.s >>] } }
jobs: { it: { machine: true, steps: [{ twice: { s: [{ twice: { s: [{ run: hi }] } }] } }] } }
workflows: { w: { jobs: [it] } }
`
  expect(scriptOf(text)).toEqual(['hi', 'hi', 'hi', 'hi'])
})

test('a job that another always replaces need not say where it runs', () => {
  const text = (job: string) => `version: 2.1
orbs: { o: { jobs: { mine: { machine: true, steps: [{ run: orb }] } } } }
jobs: { it: { steps: [{ run: own }] } }
workflows: { w: { jobs: [{ it: { override-with: o/${job} } }] } }
`
  expect(jobIn(planFor(text('mine')), 'it').body?.steps).toMatchObject([{ command: 'orb' }])
  expectError(text('none'), [/does not say where it runs/])
})

const matrix = (keys: string, more = '') => `version: 2.1
jobs:
  it:
    parameters: { os: { type: string, default: x }, n: { type: integer, default: 0 }, b: { type: boolean, default: false } }
    machine: true
    steps: [{ run: "<< parameters.os >>-<< parameters.n >>-<< parameters.b >>" }]
  after: { machine: true, steps: [checkout] }
workflows:
  w:
    jobs:
      - it: { ${keys} }
${more}`

test('values of every kind name the instances of a matrix', () => {
  const text = matrix('matrix: { parameters: { n: [1, 2], b: [true, false] } }')
  expect(namesOf(text)).toEqual(['it-true-1', 'it-false-1', 'it-true-2', 'it-false-2'])
  expect(jobIn(planFor(text), 'it-false-2').matrix).toEqual({ n: 2, b: false })
  expect(scriptOf(text, {}, 'it-true-2')).toEqual(['x-2-true'])
})

test('the values of a matrix fill what stands beside it', () => {
  const text = matrix(
    'name: "<< matrix.os >>!", context: ["c-<< matrix.os >>"], os: << matrix.os >>, serial-group: "g/<< matrix.os >>", filters: { branches: { only: "<< matrix.os >>" } }, matrix: { parameters: { os: [main, dev] } }',
  )
  expect(planFor(text).workflows[0]?.jobs).toMatchObject([
    { name: 'main!', contexts: ['c-main'], serialGroup: 'g/main' },
  ])
  expect(namesOf(text, { branch: 'dev' })).toEqual(['dev!'])
})

test('names of a matrix that are alike are numbered', () => {
  const text = matrix(
    'name: same, matrix: { parameters: { n: [1, 2] } }',
    '      - after: { requires: [it] }\n',
  )
  expect(graphOf(text)).toEqual({ w: { 'same-1': '', 'same-2': '', after: 'same-1, same-2' } })
})

test.each([
  ['a parameter that the job has not', '{ parameters: { none: [1] } }', [/none/]],
  ['a value of another type', '{ parameters: { n: [1, two] } }', [/\bn\b/, /two/, /integer/]],
  ['no values', '{ parameters: { n: [] } }', [/\bn\b/, /empty|value/]],
  ['no list', '{ parameters: { n: 1 } }', [/\bn\b/, /list/]],
  ['another key', '{ parameters: { n: [1] }, inclde: [] }', [/inclde/]],
])('a matrix with %s is refused', (_about, keys, says) => {
  expectError(matrix(`matrix: ${keys}`), says)
})

test('an exclusion that names only some of the parameters has no effect, and that is told', () => {
  const keys = 'matrix: { parameters: { n: [1], os: [a] }, exclude: [{ n: 1 }] }'
  const found = findings(matrix(keys)).filter(({ severity }) => severity !== 'info')
  expect(found.map(({ message }) => message).join('\n')).toMatch(/exclu/)
})

test('without the network the native orbs of dynamic configs are there', () => {
  const text = `version: 2.1
setup: true
orbs: { path-filtering: circleci/path-filtering@1, continuation: circleci/continuation@2.0.1 }
jobs:
  own:
    machine: { image: "ubuntu-2204:current" }
    steps: [checkout, { continuation/continue: { configuration_path: .circleci/next.yml } }]
workflows:
  w:
    jobs:
      - path-filtering/filter: { mapping: "src/.* run true", base-revision: main }
      - own
`
  const plan = planFor(text)
  expect(plan.setup).toEqual({ taken: [] })
  for (const { name, type, body } of plan.workflows[0]?.jobs ?? [])
    expect([name, type, (body?.steps.length ?? 0) > 0]).toEqual([name, 'build', true])
})

test('a setup remembers the parameters that its trigger changed', () => {
  const text = `version: 2.1
setup: true
parameters: { p: { type: string, default: a }, q: { type: string, default: b } }
jobs: { it: { machine: true, steps: [checkout] } }
workflows: { w: { jobs: [it] } }
`
  expect(planFor(text, { parameters: { p: 'other', q: 'b' } }).setup).toEqual({ taken: ['p'] })
  const again = compileFor(text, { continuation: { parameters: {}, taken: [] } })
  expect(again.kind).toBe('rejected')
})

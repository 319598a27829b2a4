import { expect, test } from 'vitest'
import {
  expectClean,
  expectError,
  expectFinding,
  graphOf,
  jobIn,
  jobsNamed,
  namesOf,
  planFor,
  scriptOf,
} from '../oracles/support.ts'

/** Rules that no document of CircleCI states directly: section 3. */

test('a command may have no steps [I]', () => {
  const text = `version: 2.1
commands: { nothing: { steps: [] } }
jobs: { it: { machine: true, steps: [nothing, { run: a }] } }
workflows: { w: { jobs: [it] } }
`
  expectClean(text, 'error')
  expect(scriptOf(text)).toEqual(['a'])
})

test('steps before and behind a job’s own are ordinary steps [I]', () => {
  const text = `version: 2.1
commands: { say: { parameters: { it: { type: string } }, steps: [{ run: << parameters.it >> }] } }
jobs: { it: { machine: true, steps: [{ run: own }] } }
workflows:
  w:
    jobs:
      - it:
          pre-steps: [checkout, { say: { it: before } }]
          post-steps: [{ run: { command: behind, when: always } }, { when: { condition: false, steps: [checkout] } }]
`
  expect(scriptOf(text)).toEqual(['checkout', 'before', 'own', 'behind'])
  expect(jobIn(planFor(text)).body?.steps.at(-1)?.when).toBe('always')
})

test('an approval has no steps before or behind it [I]', () => {
  const text = `version: 2.1\nworkflows: { w: { jobs: [{ hold: { type: approval, pre-steps: [checkout] } }] } }\n`
  expect(jobIn(planFor(text))).toMatchObject({ type: 'approval', body: null })
  expectFinding(text, { severity: 'warning', line: 2, says: [/pre-steps/] })
})

const matrix = (keys: string, others = '') => `version: 2.1
${jobsNamed('after', 'free')}  build:
    parameters: { os: { type: string } }
    machine: true
    steps: [{ run: "on << parameters.os >>" }]
workflows:
  w:
    jobs:
      - build: { matrix: { ${keys} } }
${others}`

test('a requirement of a matrix with statuses has them for each instance [I]', () => {
  const text = matrix(
    'alias: all, parameters: { os: [a, b] }',
    '      - after: { requires: [{ all: [failed, canceled] }] }\n',
  )
  expect(graphOf(text)).toEqual({
    w: {
      'build-a': '',
      'build-b': '',
      after: 'build-a [canceled, failed], build-b [canceled, failed]',
    },
  })
})

test('a matrix of one combination is named like any other [I]', () => {
  expect(namesOf(matrix('parameters: { os: [only] }'))).toEqual(['build-only'])
})

test('a matrix of no combination is like a filtered job to those that require it [I]', () => {
  const none = 'parameters: { os: [a] }, exclude: [{ os: a }]'
  const after = '      - after: { requires: [build] }\n'
  expect(namesOf(matrix(none, `      - free\n${after}`))).toEqual(['free'])
  const both = matrix(none, '      - free\n      - after: { requires: [build, free] }\n')
  expect(graphOf(both)).toEqual({ w: { free: '', after: 'free' } })
})

test('one job in two workflows keeps its name where both run the same [I]', () => {
  const text = `version: 2.1
${jobsNamed('build')}workflows:
  first: { jobs: [build] }
  second: { jobs: [build] }
`
  expect(graphOf(text)).toEqual({ first: { build: '' }, second: { build: '' } })
})

test('inside one workflow even equal jobs are numbered [I]', () => {
  const text = `version: 2.1\n${jobsNamed('build')}workflows: { w: { jobs: [build, build] } }\n`
  expect(namesOf(text)).toEqual(['build-1', 'build-2'])
})

test('requirements are found by their exact letters [I]', () => {
  const text = `version: 2.1
${jobsNamed('Build', 'after')}workflows: { w: { jobs: [Build, { after: { requires: [build] } }] } }
`
  expectError(text, [/\bbuild\b/, /\bBuild\b/])
})

test('an unknown context is no matter of the config [I]', () => {
  const text = `version: 2.1\n${jobsNamed('a')}workflows: { w: { jobs: [{ a: { context: [nobody-knows] } }] } }\n`
  expectClean(text, 'error')
  expect(jobIn(planFor(text)).contexts).toEqual(['nobody-knows'])
})

import { expect, test } from 'vitest'
import { expectError, graphOf, planFor, scriptOf, wordOf } from './support.ts'

test('oracle 16: steps given as an argument are spliced in where they are used', () => {
  const text = `version: 2.1
jobs:
  build:
    parameters: { after-deps: { type: steps, default: [] } }
    machine: true
    steps:
      - run: install
      - steps: << parameters.after-deps >>
      - run: test
workflows:
  w:
    jobs:
      - build:
          after-deps: [{ run: first }, { run: second }]
`
  expect(scriptOf(text)).toEqual(['install', 'first', 'second', 'test'])
  expect(scriptOf(text.replace(/after-deps: \[\{ run.*/, 'name: b'))).toEqual(['install', 'test'])
})

test('oracle 21: conditional steps are chosen for each invocation, and each has its number', () => {
  const text = `version: 2.1
jobs:
  myjob:
    parameters: { preinstall-foo: { type: boolean, default: false } }
    machine: true
    steps:
      - run: preinstalled
      - when: { condition: << parameters.preinstall-foo >>, steps: [{ run: install }] }
      - unless: { condition: << parameters.preinstall-foo >>, steps: [{ run: already }] }
workflows:
  w:
    jobs:
      - myjob: { preinstall-foo: false }
      - myjob: { preinstall-foo: true }
      - myjob
`
  const jobs = planFor(text).workflows[0]?.jobs ?? []
  expect(jobs.map(({ name, body }) => [name, body?.steps.map(wordOf).at(-1)])).toEqual([
    ['myjob-1', 'already'],
    ['myjob-2', 'install'],
    ['myjob-3', 'already'],
  ])
})

const customCheckout = (argument: string) => `version: 2.1
jobs:
  job:
    parameters: { custom_checkout: { type: string, default: "" } }
    machine: true
    steps:
      - when:
          condition: << parameters.custom_checkout >>
          steps: [{ run: "my-own << parameters.custom_checkout >>" }]
      - unless:
          condition: << parameters.custom_checkout >>
          steps: [checkout]
workflows:
  w:
    jobs: [{ job: { ${argument} } }]
`

test('oracle 22: a text that is not empty is true, an empty one false', () => {
  expect(scriptOf(customCheckout('custom_checkout: any non-empty'))).toEqual([
    'my-own any non-empty',
  ])
  expect(scriptOf(customCheckout('name: other'))).toEqual(['checkout'])
})

test('oracle 23: conditions inside an argument and inside a command leave only the true branch', () => {
  const text = `version: 2.1
commands:
  choose:
    parameters: { loud: { type: boolean }, more: { type: steps } }
    steps:
      - when: { condition: << parameters.loud >>, steps: [{ run: LOUD }] }
      - unless: { condition: << parameters.loud >>, steps: [{ run: quiet }] }
      - steps: << parameters.more >>
jobs:
  job:
    parameters: { extra: { type: steps } }
    machine: true
    steps:
      - choose: { loud: true, more: << parameters.extra >> }
workflows:
  w:
    jobs:
      - job:
          extra:
            - when: { condition: true, steps: [{ run: shown }] }
            - unless: { condition: true, steps: [{ run: hidden }] }
            - when: { condition: false, steps: [{ run: hidden }] }
`
  expect(scriptOf(text)).toEqual(['LOUD', 'shown'])
})

const conditional = (condition: string, more = '') => `version: 2.1
executors:
  linux-13: { machine: true }
  bionic: &bionic { docker: [{ image: "cimg/base:2024.01" }] }
jobs:
  job:
    parameters: { os: { type: executor, default: linux-13 } }
    executor: << parameters.os >>
    steps:
      - when: { condition: ${condition}, steps: [{ run: chosen }] }
      - run: always
${more}workflows:
  w: { jobs: [job] }
`

const both = ['chosen', 'always']

test.each([
  ['24', 'an executor equals its name', '{ equal: [linux-13, << parameters.os >>] }', both],
  [
    '24',
    'an executor differs from another name',
    '{ equal: [bionic, << parameters.os >>] }',
    ['always'],
  ],
  ['25', 'a number is a condition, and true', '12', both],
  [
    '27',
    'a map can be compared to a name',
    '{ equal: [*bionic, << parameters.os >>] }',
    ['always'],
  ],
  ['28', 'a number equals its text', `{ equal: [14, '14'] }`, both],
  ['28', 'false does not equal true', '{ equal: [false, true] }', ['always']],
])('oracle %s: %s', (_row, _about, condition, expected) => {
  expect(scriptOf(conditional(condition))).toEqual(expected)
})

test('oracle 26: a list is no condition', () => {
  expectError(conditional('[linux-13, << parameters.os >>]'), [/condition/i, /list/i])
})

const nested = `version: 2.1
parameters:
  param1: { type: boolean, default: false }
  param2: { type: boolean, default: false }
  param3: { type: boolean, default: false }
  param4: { type: boolean, default: true }
jobs:
  test:
    machine: true
    steps:
      - checkout
      - when:
          condition:
            and:
              - or:
                  - and:
                      - equal: [main, << pipeline.git.branch >>]
                      - equal: [false, << pipeline.parameters.param1 >>]
                  - not: << pipeline.parameters.param3 >>
              - or:
                  - equal: [false, << pipeline.parameters.param4 >>]
                  - or: [<< pipeline.parameters.param1 >>, << pipeline.parameters.param4 >>]
          steps: [{ run: chosen }]
workflows:
  w: { jobs: [test] }
`

test.each([
  ['main', {}, ['checkout', 'chosen']],
  ['other', {}, ['checkout', 'chosen']],
  ['other', { param3: true }, ['checkout']],
  ['main', { param3: true }, ['checkout', 'chosen']],
  ['main', { param1: true, param3: true }, ['checkout']],
  ['main', { param4: false }, ['checkout', 'chosen']],
])('oracle 67: nested logic on %s with %j gives %j', (branch, parameters, expected) => {
  expect(scriptOf(nested, { branch, parameters })).toEqual(expected)
})

const canary = `version: 2.1
parameters: { deploy-canary: { type: boolean, default: false } }
jobs: { test: { machine: true, steps: [checkout] } }
workflows:
  w:
    when:
      and:
        - not: { matches: { pattern: "^main$", value: << pipeline.git.branch >> } }
        - or:
            - equal: [canary, << pipeline.git.tag >>]
            - << pipeline.parameters.deploy-canary >>
    jobs: [{ test: { filters: { tags: { only: /.*/ } } } }]
`

test.each([
  [{ branch: 'main', parameters: { 'deploy-canary': true } }, false],
  [{ branch: 'main2', parameters: { 'deploy-canary': true } }, true],
  [{ branch: 'feature', parameters: {} }, false],
  [{ tag: 'canary' }, true],
  [{ tag: 'other' }, false],
])('oracle 68: `matches` below `not`, for %j: %s', (event, runs) => {
  expect(Object.keys(graphOf(canary, event))).toEqual(runs ? ['w'] : [])
})

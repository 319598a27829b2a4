import { expect, test } from 'vitest'
import { compile } from '../../../src/compile/compile.ts'
import { regex } from '../support.ts'
import { bodyOf, expectError, factsFrom, jobIn, namesOf, planFor, scriptOf } from './support.ts'

const codecov = `version: 2.1
commands:
  upload:
    parameters: { path: { type: string } }
    steps: [{ run: "upload << parameters.path >>" }]
`

test('oracle 38: an inline orb may import others for itself', () => {
  const text = `version: 2.1
orbs:
  my-orb:
    orbs: { codecov: circleci/codecov@1 }
    executors:
      specialthingsexecutor: { docker: [{ image: "cimg/base:1" }] }
    commands:
      dospecialthings: { steps: [{ run: echo "We will now do special things" }] }
    jobs:
      my_job:
        executor: specialthingsexecutor
        steps: [checkout, dospecialthings, codecov/upload: { path: /tmp/results }]
workflows:
  main:
    jobs: [my-orb/my_job]
`
  const event = { orbs: { 'circleci/codecov@1': codecov } }
  expect(namesOf(text, event)).toEqual(['my-orb/my_job'])
  expect(scriptOf(text, event)).toEqual([
    'checkout',
    'echo "We will now do special things"',
    'upload /tmp/results',
  ])
  expect(bodyOf(text, event).runsIn).toMatchObject({ images: [{ image: 'cimg/base:1' }] })
  expect(Object.keys(planFor(text, event).orbs)).toContain('circleci/codecov@1')
})

test('oracle 38: an import is asked for, and refused where there is none', () => {
  const text = `version: 2.1
orbs:
  my-orb:
    orbs: { codecov: circleci/codecov@1 }
    jobs: { j: { machine: true, steps: [codecov/upload: { path: x }] } }
workflows: { main: { jobs: [my-orb/j] } }
`
  const source = { text, file: 'config.yml' }
  expect(compile(source, factsFrom(), { regex, orbs: () => null })).toEqual({
    kind: 'needs-orbs',
    references: ['circleci/codecov@1'],
  })
  expectError(text, [/circleci\/codecov@1/])
})

test('oracle 39: keys stand in any order, and the version may be text', () => {
  const text = `workflows:
  w:
    jobs:
      - helloworld/sayhello: { to: World }
orbs:
  helloworld:
    jobs:
      sayhello:
        parameters: { to: { type: string } }
        machine: true
        steps: [{ run: "echo Hello << parameters.to >>" }]
version: "2.1"
`
  expect(scriptOf(text)).toEqual(['echo Hello World'])
})

test('oracle 40: a command named like a built-in step replaces it in its own orb only', () => {
  const text = `version: 2.1
orbs:
  foo:
    commands:
      deploy: { steps: [{ run: orb deploy }] }
    jobs:
      inside: { machine: true, steps: [deploy] }
jobs:
  outside:
    machine: true
    steps: [{ deploy: built-in deploy }, foo/deploy]
workflows:
  w: { jobs: [outside, foo/inside] }
`
  const plan = planFor(text)
  expect(jobIn(plan, 'outside').body?.steps).toMatchObject([
    { command: 'built-in deploy', firstTaskOnly: true },
    { command: 'orb deploy', firstTaskOnly: false },
  ])
  expect(jobIn(plan, 'foo/inside').body?.steps).toMatchObject([{ command: 'orb deploy' }])
})

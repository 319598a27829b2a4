import { expect, test } from 'vitest'
import { bodyOf, jobIn, planFor } from './support.ts'

test('oracle 17: the job’s image replaces the executor’s, whose environment stays', () => {
  const text = `version: 2.1
executors:
  base:
    docker: [{ image: "cimg/base:1" }]
    environment: { ENV: ci, BOTH: executor }
jobs:
  build:
    executor: base
    docker: [{ image: "cimg/node:20" }]
    environment: { BOTH: job }
    steps: [checkout]
workflows:
  w: { jobs: [build] }
`
  expect(bodyOf(text)).toMatchObject({
    runsIn: { kind: 'docker', images: [{ image: 'cimg/node:20' }] },
    environment: { ENV: 'ci', BOTH: 'job' },
  })
})

test('oracle 18: an executor takes parameters; a job may have no steps at all in its list', () => {
  const text = `version: 2.1
executors:
  python:
    parameters:
      tag: { type: string, default: latest }
      myspecialvar: { type: string }
    docker: [{ image: "cimg/python:<< parameters.tag >>" }]
    environment: { MYPRECIOUS: << parameters.myspecialvar >> }
jobs:
  build:
    executor: { name: python, tag: "2.7", myspecialvar: "myspecialvalue" }
    steps: []
workflows:
  w: { jobs: [build] }
`
  expect(bodyOf(text)).toMatchObject({
    runsIn: { images: [{ image: 'cimg/python:2.7' }] },
    environment: { MYPRECIOUS: 'myspecialvalue' },
    steps: [],
  })
})

test('oracle 19: an executor is an argument by name, or by a map with its own arguments', () => {
  const text = `version: 2.1
executors:
  bionic: { docker: [{ image: "ubuntu:18.04" }] }
  xenial:
    parameters: { some-value: { type: string, default: none } }
    environment: { some_var: << parameters.some-value >> }
    docker: [{ image: "ubuntu:16.04" }]
  ubuntu:
    parameters:
      image: { type: string }
      tag: { type: string }
      debug: { type: boolean }
      level: { type: enum, enum: [low, high] }
    docker: [{ image: "<< parameters.image >>:<< parameters.tag >>" }]
    environment: { DEBUG: << parameters.debug >>, LEVEL: << parameters.level >> }
jobs:
  test:
    parameters: { e: { type: executor } }
    executor: << parameters.e >>
    steps: [checkout]
workflows:
  w:
    jobs:
      - test: { name: by-name, e: bionic }
      - test: { name: by-map, e: { name: xenial, some-value: foobar } }
      - test: { name: four, e: { name: ubuntu, image: ubuntu, tag: "22.04", debug: true, level: high } }
`
  const plan = planFor(text)
  expect(jobIn(plan, 'by-name').body?.runsIn).toMatchObject({ images: [{ image: 'ubuntu:18.04' }] })
  expect(jobIn(plan, 'by-map').body).toMatchObject({
    runsIn: { images: [{ image: 'ubuntu:16.04' }] },
    environment: { some_var: 'foobar' },
  })
  expect(jobIn(plan, 'four').body).toMatchObject({
    runsIn: { images: [{ image: 'ubuntu:22.04' }] },
    environment: { DEBUG: '1', LEVEL: 'high' },
  })
})

const cli = `version: 2.1
executors:
  default:
    parameters: { tag: { type: string, default: latest } }
    docker: [{ image: "circleci/circleci-cli:<< parameters.tag >>" }]
`

test('oracle 41: an executor of an orb may be the key of a map that holds its arguments', () => {
  const text = `version: 2.1
orbs: { cli: circleci/circleci-cli@dev:volatile }
jobs:
  build:
    executor: { cli/default: { tag: "0.1.2" } }
    steps: [checkout]
workflows:
  w: { jobs: [build] }
`
  const event = { orbs: { 'circleci/circleci-cli@dev:volatile': cli } }
  expect(bodyOf(text, event).runsIn).toMatchObject({
    images: [{ image: 'circleci/circleci-cli:0.1.2' }],
  })
})

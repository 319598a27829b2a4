import { expect, test } from 'vitest'
import {
  bodyOf,
  expectClean,
  expectError,
  graphOf,
  jobsNamed,
  namesOf,
  planFor,
} from './support.ts'

const matrixJob = (parameters: string) => `version: 2.1
jobs:
  build:
    parameters: ${parameters}
    machine: true
    steps: [checkout]
`

test('oracle 1: two lists of three make nine jobs, named by platform and version', () => {
  const text = `${matrixJob('{ version: { type: string }, platform: { type: string } }')}
workflows:
  all:
    jobs:
      - build:
          matrix:
            parameters:
              version: ["0.1", "0.2", "0.3"]
              platform: [macos, windows, linux]
`
  const expected = ['macos', 'windows', 'linux'].flatMap((platform) =>
    ['0.1', '0.2', '0.3'].map((version) => `build-${platform}-${version}`),
  )
  expect(namesOf(text).toSorted()).toEqual(expected.toSorted())
})

test('oracle 2: values are named in the order of the parameters’ names, made in that of the file', () => {
  const text = `version: 2.1
executors:
  docker: { docker: [{ image: "cimg/base:2024.01" }] }
  linux: { machine: { image: "ubuntu-2204:current" } }
  macos: { macos: { xcode: "15.0" } }
jobs:
  test:
    parameters:
      os: { type: executor }
      node-version: { type: string }
    executor: << parameters.os >>
    steps: [{ run: "node << parameters.node-version >>" }]
workflows:
  all-tests:
    jobs:
      - test:
          matrix:
            parameters:
              os: [docker, linux, macos]
              node-version: ["14.17.6", "16.9.0"]
`
  expect(namesOf(text)).toEqual([
    'test-14.17.6-docker',
    'test-16.9.0-docker',
    'test-14.17.6-linux',
    'test-16.9.0-linux',
    'test-14.17.6-macos',
    'test-16.9.0-macos',
  ])
  expect(bodyOf(text, {}, 'test-16.9.0-macos').runsIn).toEqual({ kind: 'macos', xcode: '15.0' })
})

test('oracle 3: an excluded combination is left out', () => {
  const text = `${matrixJob('{ a: { type: integer }, b: { type: integer } }')}
workflows:
  w:
    jobs:
      - build:
          matrix:
            parameters: { a: [1, 2, 3], b: [4, 5, 6] }
            exclude: [{ a: 3, b: 5 }]
`
  const names = namesOf(text)
  expect(names).toHaveLength(8)
  expect(names).not.toContain('build-3-5')
  expect(planFor(text).workflows[0]?.jobs.map(({ matrix }) => matrix)).toContainEqual({
    a: 3,
    b: 6,
  })
})

test('oracle 4: who requires a matrix job waits for all of its instances', () => {
  const text = `version: 2.1
jobs:
  deploy:
    parameters: { version: { type: string } }
    machine: true
    steps: [checkout]
  another-job: { machine: true, steps: [checkout] }
workflows:
  w:
    jobs:
      - deploy: { matrix: { parameters: { version: ["0.1", "0.2"] } } }
      - another-job: { requires: [deploy] }
`
  expect(graphOf(text)).toEqual({
    w: { 'deploy-0.1': '', 'deploy-0.2': '', 'another-job': 'deploy-0.1, deploy-0.2' },
  })
})

test('oracle 5: the instances of one matrix require those of another, pair by pair', () => {
  const text = `version: 2.1
jobs:
  build: { parameters: { version: { type: string } }, machine: true, steps: [checkout] }
  test: { parameters: { version: { type: string } }, machine: true, steps: [checkout] }
workflows:
  w:
    jobs:
      - build:
          name: build-v<< matrix.version >>
          matrix: { parameters: { version: ["0.1", "0.2"] } }
      - test:
          name: test-v<< matrix.version >>
          matrix: { parameters: { version: ["0.1", "0.2"] } }
          requires: [build-v<< matrix.version >>]
`
  expect(graphOf(text)).toEqual({
    w: {
      'build-v0.1': '',
      'build-v0.2': '',
      'test-v0.1': 'build-v0.1',
      'test-v0.2': 'build-v0.2',
    },
  })
})

test('oracle 6: arguments beside the matrix reach every instance, and all of them are required', () => {
  const text = `version: 2.1
jobs:
  build:
    parameters:
      version: { type: string }
      os: { type: enum, enum: [linux, macos, windows] }
      integration: { type: boolean, default: false }
    machine: true
    steps:
      - when: { condition: << parameters.integration >>, steps: [{ run: integration }] }
  deploy: { machine: true, steps: [checkout] }
workflows:
  w:
    jobs:
      - build:
          name: built-<< matrix.os >>-<< matrix.version >>
          integration: true
          matrix:
            parameters: { os: [linux, macos, windows], version: ["1", "2"] }
            exclude: [{ os: windows, version: "1" }]
      - deploy: { requires: [build] }
`
  const plan = planFor(text)
  const built = plan.workflows[0]?.jobs.filter(({ job }) => job === 'build') ?? []
  expect(built.map(({ name }) => name).toSorted()).toEqual([
    'built-linux-1',
    'built-linux-2',
    'built-macos-1',
    'built-macos-2',
    'built-windows-2',
  ])
  for (const { body } of built)
    expect(body?.steps).toMatchObject([{ type: 'run', command: 'integration' }])
  const required = plan.workflows[0]?.jobs.at(-1)?.requires.map(({ job }) => job)
  expect(required?.toSorted()).toEqual(built.map(({ name }) => name).toSorted())
})

/** The reference cannot be filled, as there is no matrix: the docs’ editor has no complaint. */
test('oracle 7: a requirement by instance is resolved where the matrix value is in scope', () => {
  const text = `${matrixJob('{ os: { type: string } }')}
  test: { parameters: { os: { type: string } }, machine: true, steps: [checkout] }
workflows:
  w:
    jobs:
      - build: { matrix: { parameters: { os: [linux, mac] } } }
      - test:
          matrix: { parameters: { os: [linux, mac] } }
          requires: [build-<< matrix.os >>]
`
  expect(graphOf(text)).toMatchObject({
    w: { 'test-linux': 'build-linux', 'test-mac': 'build-mac' },
  })
})

test('oracle 8: an alias stands for every instance', () => {
  const text = `${matrixJob('{ os: { type: string } }')}
  test: { machine: true, steps: [checkout] }
workflows:
  w:
    jobs:
      - build: { matrix: { alias: everywhere, parameters: { os: [linux, mac] } } }
      - test: { requires: [everywhere] }
`
  expect(graphOf(text)).toMatchObject({ w: { test: 'build-linux, build-mac' } })
})

const clash = (exclude: string) => `version: 2.1
${jobsNamed('ship')}
  check:
    parameters: { kind: { type: string } }
    machine: true
    steps: [checkout]
workflows:
  w:
    jobs:
      - test: { type: approval }
      - check:
          name: << matrix.kind >>
          matrix:
            parameters: { kind: [test, lint] }${exclude}
      - ship: { requires: [test, lint] }
`

test('oracle 15: a name that a matrix gives clashes with an approval’s, unless it is excluded', () => {
  expectError(clash(''), [/test/, /name of 2 other jobs|2 other jobs/])
  const mended = clash('\n            exclude: [{ kind: test }]')
  expectClean(mended, 'error')
  expect(graphOf(mended)).toEqual({ w: { test: '', lint: '', ship: 'lint, test' } })
})

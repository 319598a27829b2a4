import { expect, test } from 'vitest'
import { bodyOf, expectClean, graphOf, jobIn, jobsNamed, namesOf, planFor } from './support.ts'

/** Oracles about what happens when jobs run: here what the compiler says of them. */

test('oracle 56: a handler waits for the ends that it names', () => {
  const text = `version: 2.1
${jobsNamed('release', 'rollback')}workflows:
  w:
    jobs:
      - release
      - rollback: { requires: [{ release: [failed, canceled] }] }
`
  expect(graphOf(text)).toEqual({ w: { release: '', rollback: 'release [canceled, failed]' } })
})

test('oracle 57: `terminal` is every end', () => {
  const text = `version: 2.1
${jobsNamed('build', 'test', 'cleanup')}workflows:
  w:
    jobs:
      - build
      - test: { requires: [build] }
      - cleanup: { requires: [{ test: terminal }] }
`
  expect(jobIn(planFor(text), 'cleanup').requires).toEqual([
    {
      job: 'test',
      statuses: expect.arrayContaining([
        'success',
        'failed',
        'canceled',
        'unauthorized',
        'not_run',
      ]),
    },
  ])
})

const withSteps = (steps: string, more = '') => `version: 2
jobs:
  build:
    machine: true
${more}    steps:
${steps}
`

test('oracle 71: a key of a cache keeps its own templates', () => {
  const text = withSteps(`      - restore_cache: { keys: ["v1-myapp-cache", "v1-{{ .Branch }}"] }
      - save_cache: { key: 'v1-{{ checksum "a.lock" }}', paths: [~/cache] }`)
  expect(bodyOf(text).steps).toMatchObject([
    { type: 'restore_cache', keys: ['v1-myapp-cache', 'v1-{{ .Branch }}'] },
    { type: 'save_cache', key: 'v1-{{ checksum "a.lock" }}', paths: ['~/cache'] },
  ])
})

test('oracle 73 and 74: what is persisted and attached', () => {
  const text = withSteps(`      - persist_to_workspace: { root: /tmp/dir, paths: [foo/bar, baz] }
      - attach_workspace: { at: /tmp/dir }`)
  expect(bodyOf(text).steps).toMatchObject([
    { type: 'persist_to_workspace', root: '/tmp/dir', paths: ['foo/bar', 'baz'] },
    { type: 'attach_workspace', at: '/tmp/dir' },
  ])
})

test('oracle 74b and 75: the root itself, one path without a list, an environment as a list', () => {
  const text = withSteps(
    `      - persist_to_workspace: { root: ., paths: . }
      - persist_to_workspace: { root: ., paths: [.] }`,
    '    environment: [{ A: "1" }, { B: "2" }, { A: "3" }]\n',
  )
  expectClean(text, 'error')
  expect(bodyOf(text)).toMatchObject({
    environment: { A: '3', B: '2' },
    steps: [
      { root: '.', paths: ['.'] },
      { root: '.', paths: ['.'] },
    ],
  })
})

test('oracle 76: a step that halts is a command like any other', () => {
  const command = 'if [ "$CIRCLE_BRANCH" = develop ]; then circleci-agent step halt; fi'
  const text = withSteps(`      - run: |
          ${command}`)
  expect(bodyOf(text).steps).toMatchObject([
    { type: 'run', command: expect.stringContaining(command) },
  ])
})

test('oracle 77 and 78: no shell is the default, a given one is kept as it is', () => {
  const text = withSteps(`      - run: make test | tee log
      - run: { shell: /bin/sh, command: a }
      - run: { shell: "/bin/bash -x -e", command: b }`)
  expect(bodyOf(text).steps).toMatchObject([
    { shell: null },
    { shell: '/bin/sh' },
    { shell: '/bin/bash -x -e' },
  ])
})

test('oracle 79: a step says when it runs', () => {
  const text = withSteps(`      - run: a
      - run: { command: b, when: always }
      - run: { command: c, when: on_fail }`)
  expect(bodyOf(text).steps.map(({ when }) => when)).toEqual(['on_success', 'always', 'on_fail'])
})

test('oracle 85b: a list of days that holds a range is a schedule', () => {
  const text = `version: 2
${jobsNamed('build')}workflows:
  version: 2
  w:
    triggers: [{ schedule: { cron: "5 4 * * 1,3-5,6", filters: { branches: { only: main } } } }]
    jobs: [build]
`
  expectClean(text, 'error')
  expect(namesOf(text, { event: 'schedule' })).toEqual(['build'])
})

test('oracle 86: a serial group is filled with the values of the pipeline', () => {
  const text = `version: 2.1
${jobsNamed('deploy')}workflows:
  w: { jobs: [{ deploy: { serial-group: << pipeline.project.slug >>/deploy-group } }] }
`
  expect(jobIn(planFor(text)).serialGroup).toBe('gh/acme/shop/deploy-group')
})

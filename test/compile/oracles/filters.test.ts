import { expect, test } from 'vitest'
import { type Event, graphOf, jobsNamed, namesOf, workflowsOf } from './support.ts'

const branches = `version: 2.1
${jobsNamed('test_dev', 'test_stage', 'test_pre-prod')}workflows:
  w:
    jobs:
      - test_dev: { filters: { branches: { only: [dev, /user-.*/] } } }
      - test_stage: { filters: { branches: { only: stage } } }
      - test_pre-prod: { filters: { branches: { only: '/pre-prod(?:-.+)?$/' } } }
`

test.each([
  ['user-x', ['test_dev']],
  ['dev', ['test_dev']],
  ['stage', ['test_stage']],
  ['pre-prod-1', ['test_pre-prod']],
  ['pre-prod', ['test_pre-prod']],
  ['xdev', []],
  ['xpre-prod', []],
])('oracle 58: a push to %s runs %j', (branch, expected) => {
  expect(namesOf(branches, { branch })).toEqual(expected)
})

test.each([
  ['/^config-test/', []],
  ['/^config-test.*/', ['build']],
])('oracle 59: %s on the tag config-test-2 selects %j', (pattern, expected) => {
  const text = `version: 2.1
${jobsNamed('build')}workflows:
  w: { jobs: [{ build: { filters: { branches: { ignore: /.*/ }, tags: { only: ${pattern} } } } }] }
`
  expect(namesOf(text, { tag: 'config-test-2' })).toEqual(expected)
})

test.each([
  [{ branch: 'main' }, ['untagged', 'tagged']],
  [{ tag: 'v1' }, ['tagged']],
  [{ tag: 'x1' }, []],
])('oracle 60: %j runs the workflows %j', (event, expected) => {
  const text = `version: 2.1
${jobsNamed('build')}workflows:
  untagged: { jobs: [build] }
  tagged: { jobs: [{ build: { filters: { tags: { only: /^v.*/ } } } }] }
`
  expect(workflowsOf(text, event)).toEqual(expected)
})

test.each([
  ['release', { build: '', deploy: 'build' }],
  ['main', { build: '' }],
])('oracle 61: in version 2.0 a filter holds a job back: %s', (branch, expected) => {
  const text = `version: 2.0
jobs:
  build: { machine: { enabled: true }, steps: [{ run: make }] }
  deploy: { machine: { enabled: true }, steps: [{ run: ship }] }
workflows:
  version: 2
  w:
    jobs:
      - build
      - deploy: { requires: [build], filters: { branches: { only: release } } }
`
  expect(graphOf(text, { branch })).toEqual({ w: expected })
})

test('oracle 62: a job that requires a filtered one and another waits for the other only', () => {
  const text = `version: 2.1
${jobsNamed('lint', 'build', 'publish')}workflows:
  w:
    jobs:
      - lint
      - build: { filters: { branches: { only: master } } }
      - publish: { requires: [lint, build] }
`
  expect(graphOf(text, { branch: 'feature' })).toEqual({ w: { lint: '', publish: 'lint' } })
  expect(graphOf(text, { branch: 'master' })).toEqual({
    w: { lint: '', build: '', publish: 'build, lint' },
  })
})

const filtered = (expression: string) => `version: 2.1
parameters: { run-storybook-tests: { type: boolean, default: false } }
${jobsNamed('it')}workflows:
  w:
    jobs:
      - it:
          filters: ${expression}
`

test.each<[Event, boolean]>([
  [{ branch: 'any' }, true],
  [{ tag: 'v1' }, true],
  [{ tag: 'x1' }, false],
])('oracle 63: every branch and the tags of versions: %j %s', (event, runs) => {
  const text = filtered('pipeline.git.branch or (pipeline.git.tag matches /^v.*/)')
  expect(namesOf(text, event)).toEqual(runs ? ['it'] : [])
})

test.each<[Event, boolean]>([
  [{ branch: 'dry-run-deploy' }, true],
  [{ branch: 'deploy-1' }, true],
  [{ branch: 'main' }, false],
  [{ branch: 'main', parameters: { 'run-storybook-tests': true } }, true],
  [{ tag: 'deploy' }, false],
])('oracle 65: an expression over several lines: %j %s', (event, runs) => {
  const text = filtered(`|
            pipeline.parameters.run-storybook-tests
            or pipeline.git.branch == "dry-run-deploy"
            or pipeline.git.branch starts-with "deploy"`)
  expect(namesOf(text, event)).toEqual(runs ? ['it'] : [])
})

const scheduled = `version: 2
${jobsNamed('build', 'test')}workflows:
  version: 2
  commit-workflow: { jobs: [build] }
  nightly:
    triggers:
      - schedule:
          cron: "0 1 * * *"
          filters: { branches: { only: try-schedule-workflow } }
    jobs: [test]
`

test.each<[Event, readonly string[]]>([
  [{ branch: 'try-schedule-workflow' }, ['commit-workflow']],
  [{ branch: 'main' }, ['commit-workflow']],
  [{ event: 'schedule', branch: 'try-schedule-workflow' }, ['nightly']],
  [{ event: 'schedule', branch: 'main' }, []],
])('oracle 85a: %j runs %j', (event, expected) => {
  expect(workflowsOf(scheduled, event)).toEqual(expected)
})

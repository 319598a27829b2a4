import { expect, test } from 'vitest'
import {
  expectClean,
  expectFinding,
  graphOf,
  jobsNamed,
  namesOf,
  oneWorkflow,
} from '../oracles/support.ts'

/** Rules that no document of CircleCI states directly: section 4. */

const only = (keys: string) => `version: 2.1
${jobsNamed('it')}workflows: { w: { jobs: [{ it: { filters: { ${keys} } } }] } }
`

test('a slash without another is a plain name [I]', () => {
  const text = oneWorkflow('    jobs:\n      - a: { filters: { branches: { only: /foo } } } # here')
  expectFinding(text, { severity: 'warning', says: [/\/foo/] })
  expect(namesOf(only('branches: { only: /foo }'), { branch: '/foo' })).toEqual(['it'])
  expect(namesOf(only('branches: { only: /foo }'), { branch: 'foo' })).toEqual([])
})

test('tags that are only ignored let every other tag through [I]', () => {
  const text = only('tags: { ignore: /^beta.*/ }')
  expect(namesOf(text, { tag: 'v1' })).toEqual(['it'])
  expect(namesOf(text, { tag: 'beta-1' })).toEqual([])
  expect(namesOf(text, { branch: 'any' })).toEqual(['it'])
})

test('an expression about another branch is true of tags [I]', () => {
  const text = `version: 2.1
${jobsNamed('it')}workflows: { w: { jobs: [{ it: { filters: 'pipeline.git.branch != "develop"' } }] } }
`
  expect(namesOf(text, { tag: 'v1' })).toEqual(['it'])
  expect(namesOf(text, { branch: 'main' })).toEqual(['it'])
  expect(namesOf(text, { branch: 'develop' })).toEqual([])
})

test('a filtered job is no end for those that wait for one [I]', () => {
  const text = `version: 2.1
${jobsNamed('deploy', 'handler', 'other', 'both')}workflows:
  w:
    jobs:
      - other
      - deploy: { filters: { branches: { only: release } } }
      - handler: { requires: [{ deploy: terminal }] }
      - both: { requires: [{ deploy: not_run }, other] }
`
  expect(graphOf(text)).toEqual({ w: { other: '', both: 'other' } })
})

test('a job that is required twice must end as both say [I]', () => {
  const jobs = (requires: string) =>
    oneWorkflow(`    jobs:\n      - a\n      - b:\n          requires: ${requires} # here`)
  const twice = jobs('[{ a: [success, failed] }, { a: [failed, canceled] }]')
  expectFinding(twice, { severity: 'warning', says: [/\ba\b/, /twice|again|already/] })
  expect(graphOf(twice)).toMatchObject({ w: { b: 'a [failed]' } })
  expectClean(jobs('[{ a: [failed] }]'), 'warning')
})

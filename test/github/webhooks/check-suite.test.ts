import { expect, test } from 'vitest'
import { readSuiteRerun, suiteEvents } from '../../../src/github/webhooks/check-suite.ts'
import { pipelineId } from '../../../src/model/ids.ts'
import { checkSuitePayload, headSha, sender } from '../../support/payloads.ts'

const self = { appId: 77, addresses: { web: 'https://github.com' } }
const delivery = (payload: unknown) => ({ id: 'd1', name: 'check_suite', payload, receivedAt: 99 })
const read = (payload: unknown) => readSuiteRerun(delivery(payload), self)
const by = { id: 21, login: 'ann', type: 'User' }

test('a re-run of all checks names a commit, even without a branch', () => {
  expect(read(checkSuitePayload())).toEqual({ repositoryId: 11, sha: headSha, by })
})

test('it asks every pipeline of the commit', () => {
  const ids = [pipelineId('p2'), pipelineId('p1')]
  const rerun = { repositoryId: 11, sha: headSha, by }
  expect(suiteEvents(rerun, ids, delivery(null))).toMatchObject([
    { key: 'd1/p2', event: { pipelineId: 'p2', action: 'rerun-suite', jobId: null, by, at: 99 } },
    { key: 'd1/p1', event: { pipelineId: 'p1', action: 'rerun-suite' } },
  ])
  expect(suiteEvents(rerun, [], delivery(null))).toMatchObject({
    ignored: 'a re-run of a commit without a pipeline',
  })
})

const suite = checkSuitePayload().check_suite
test.each([
  ['of another App', { check_suite: { ...suite, app: { id: 1 } } }, 'a suite of another App'],
  ['by this App', { sender: { ...sender, login: 'sluice[bot]' } }, 'a re-run by this App'],
  ['by nobody', { sender: undefined }, 'a re-run without a sender'],
  [
    'without a commit',
    { check_suite: { ...suite, head_sha: 'main' } },
    'a re-run without repository or commit',
  ],
  ['without a repository', { repository: null }, 'a re-run without repository or commit'],
])('a re-run %s is ignored', (_, change, reason) => {
  expect(read(checkSuitePayload(change))).toMatchObject({ ignored: reason })
})

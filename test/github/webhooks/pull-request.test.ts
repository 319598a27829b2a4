import { describe, expect, test } from 'vitest'
import { addressesOf } from '../../../src/github/addresses.ts'
import { mergeGroupEvents, readMergeGroup } from '../../../src/github/webhooks/merge-group.ts'
import { pullRequestEvents, readPullRequest } from '../../../src/github/webhooks/pull-request.ts'
import { pushEvents, readPush } from '../../../src/github/webhooks/push.ts'
import { isIgnored } from '../../../src/github/webhooks/reading.ts'
import { isFromFork } from '../../../src/model/trigger.ts'
import { headSha, pushPayload, sender, zeros } from '../../support/payloads.ts'

const self = { appId: 77, addresses: addressesOf(null, 'https') }
const { repository, installation } = pushPayload()
const delivery = (name: string, payload: unknown, id = 'd1') => ({
  id,
  name,
  payload,
  receivedAt: 5,
})

const fork = {
  id: 99,
  name: 'shop',
  full_name: 'mallory/shop',
  owner: { id: 66, login: 'mallory' },
}
const pull = (repo: unknown, change = {}) => ({
  action: 'opened',
  number: 7,
  pull_request: {
    number: 7,
    title: 'Sell more',
    draft: false,
    merged: false,
    user: { id: 66, login: 'mallory' },
    head: { ref: 'main', sha: headSha, repo },
    base: { ref: 'main', sha: 'c'.repeat(40), repo: repository },
    ...change,
  },
  repository,
  installation,
  sender,
})
const read = (payload: unknown) => {
  const trigger = readPullRequest(delivery('pull_request', payload), self)
  if (isIgnored(trigger)) throw new Error(trigger.ignored)
  return trigger
}

describe('pull requests', () => {
  test('of a fork are built as pull/N: the fork’s main is not ours', () => {
    const trigger = read(pull(fork))
    expect(isFromFork(trigger)).toBe(true)
    expect(trigger.ref).toEqual({ kind: 'branch', name: 'pull/7' })
  })

  test('of a fork that is gone are a fork’s', () => {
    expect(isFromFork(read(pull(null)))).toBe(true)
  })

  test('of the repository itself are of their branch', () => {
    const trigger = read(pull(repository))
    expect(isFromFork(trigger)).toBe(false)
    expect(trigger.ref).toEqual({ kind: 'branch', name: 'main' })
    expect(trigger.pullRequests).toEqual([
      { number: 7, url: 'https://github.com/acme/shop/pull/7' },
    ])
  })

  test('of a fork count where they change commits, and not when labeled', () => {
    const labeled = read({ ...pull(fork), action: 'labeled' })
    expect(pullRequestEvents(labeled, delivery('pull_request', {}))).toMatchObject({
      because: 'nothing',
    })
  })

  test.each([
    ['no number', { number: undefined }],
    ['no commit', { head: { ref: 'x', sha: zeros, repo: fork } }],
    ['a branch with control characters', { head: { ref: 'x\u0007', sha: headSha, repo: fork } }],
    ['no base', { base: null }],
  ])('with %s are unusable, and nothing is guessed', (_, change) => {
    const reading = readPullRequest(delivery('pull_request', pull(fork, change)), self)
    expect(reading).toMatchObject({ because: 'unusable' })
  })
})

describe('merge groups', () => {
  const branch = `gh-readonly-queue/main/pr-7-${'c'.repeat(40)}`
  const group = (change = {}) => ({
    action: 'checks_requested',
    merge_group: {
      head_sha: headSha,
      head_ref: `refs/heads/${branch}`,
      head_commit: {
        id: headSha,
        message: 'Merge [skip ci]',
        author: { name: 'Ann', email: 'a@b' },
      },
    },
    repository,
    installation,
    sender,
    ...change,
  })
  const events = (payload: unknown) => {
    const about = delivery('merge_group', payload, 'd2')
    return mergeGroupEvents(readMergeGroup(about, self), about)
  }

  test('and the push of their branch are one pipeline', () => {
    const about = delivery('push', pushPayload({ ref: `refs/heads/${branch}`, before: zeros }))
    const push = readPush(about, self)
    if (isIgnored(push)) throw new Error(push.ignored)
    const [pushed] = pushEvents(push, about)
    expect(events(group())).toMatchObject([{ event: { pipelineId: pushed?.event.pipelineId } }])
  })

  test('that are given up end it; merged ones do not', () => {
    expect(events(group({ action: 'destroyed', reason: 'invalidated' }))).toMatchObject([
      { event: { type: 'redundant', which: 'all' } },
    ])
    expect(events(group({ action: 'destroyed', reason: 'merged' }))).toMatchObject({
      because: 'nothing',
    })
  })

  test('of another branch are unusable', () => {
    const merge_group = { head_sha: headSha, head_ref: 'refs/heads/main' }
    expect(events(group({ merge_group }))).toMatchObject({ because: 'unusable' })
  })
})

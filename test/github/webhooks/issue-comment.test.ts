import { expect, test } from 'vitest'
import { commandEvents, readComment } from '../../../src/github/webhooks/issue-comment.ts'
import { pipelineId } from '../../../src/model/ids.ts'
import { repository, sender } from '../../support/payloads.ts'

const self = { appId: 77, addresses: { web: 'https://github.com' } }
const delivery = (payload: unknown) => ({
  id: 'd1',
  name: 'issue_comment',
  payload,
  receivedAt: 99,
})
const comment = {
  body: '/approve hold',
  created_at: '2026-11-21T10:00:00Z',
  performed_via_github_app: null,
}
const payload = (change: object = {}) => ({
  action: 'created',
  issue: { number: 7, pull_request: { url: 'https://github.com/x' } },
  comment,
  sender,
  repository,
  installation: { id: 5 },
  ...change,
})
const read = (change: object = {}) => readComment(delivery(payload(change)), self)

test('a command below a pull request names what is asked, who asks, and when', () => {
  expect(read()).toMatchObject({
    number: 7,
    commands: [{ action: 'approve', job: 'hold' }],
    by: { id: 21, login: 'ann' },
    writtenAt: Date.UTC(2026, 10, 21, 10),
  })
})

test.each([
  ['without a command', { comment: { ...comment, body: 'nice' } }, 'a comment without a command'],
  ['on an issue', { issue: { number: 7, pull_request: null } }, 'a comment on an issue'],
  [
    'that an App wrote for somebody',
    { comment: { ...comment, performed_via_github_app: { id: 3 } } },
    'a comment that an App wrote',
  ],
  ['of a bot', { sender: { ...sender, type: 'Bot' } }, 'a command of a bot'],
  ['of nobody', { sender: null }, 'a command without sender, repository, pull request or time'],
  [
    'without a time',
    { comment: { ...comment, created_at: 'soon' } },
    'a command without sender, repository, pull request or time',
  ],
])('a comment %s is ignored', (_, change, ignored) => {
  expect(read(change)).toMatchObject({ ignored })
})

test('every pipeline of the commit hears each command once, and the newest answers', () => {
  const said = read({ comment: { ...comment, body: '/approve a\n/cancel' } })
  if ('ignored' in said) throw new Error(said.ignored)
  const events = commandEvents(said, [pipelineId('p2'), pipelineId('p1')], delivery(null))
  expect(events.map(({ key }) => key)).toEqual(['d1/0/p2', 'd1/0/p1', 'd1/1/p2', 'd1/1/p1'])
  expect(events.map(({ event }) => 'answers' in event && event.answers)).toEqual([
    true,
    false,
    true,
    false,
  ])
})

import { describe, expect, test } from 'vitest'
import { pushEvents, readPush } from '../../../src/github/webhooks/push.ts'
import { isIgnored, type Reading } from '../../../src/github/webhooks/reading.ts'
import type { Trigger } from '../../../src/model/trigger.ts'
import { headSha, pushPayload, zeros } from '../../support/payloads.ts'

const self = { appId: 77, addresses: { web: 'https://github.com' } }
const read = (payload: unknown, id = 'delivery-1'): Reading => {
  const delivery = { id, name: 'push', payload, receivedAt: 1234 }
  const trigger = readPush(delivery, self)
  return isIgnored(trigger) ? trigger : pushEvents(trigger, delivery)
}

function triggerOf(reading: Reading): Trigger {
  const event = isIgnored(reading) ? undefined : reading[0]?.event
  if (event?.type !== 'triggered') throw new Error(`no trigger: ${JSON.stringify(reading)}`)
  return event.trigger
}

const ignored = (reading: Reading): string | null => (isIgnored(reading) ? reading.ignored : null)

test('a push becomes a trigger with everything that a config may ask', () => {
  const reading = read(pushPayload())
  expect(reading).toHaveLength(1)
  expect(triggerOf(reading)).toEqual({
    type: 'push',
    repository: {
      id: 11,
      owner: 'acme',
      name: 'shop',
      defaultBranch: 'main',
      private: true,
      cloneUrl: 'https://github.com/acme/shop.git',
      webUrl: 'https://github.com/acme/shop',
      installationId: 5,
    },
    ref: { kind: 'branch', name: 'main' },
    commit: {
      sha: headSha,
      subject: 'Add a shop',
      body: 'With doors.\nAnd windows.\n',
      url: `https://github.com/acme/shop/commit/${headSha}`,
      authorName: 'Ann',
      authorEmail: 'ann@example.org',
      authorLogin: 'ann',
    },
    before: 'c'.repeat(40),
    actor: { id: 21, login: 'ann', type: 'User' },
    event: {
      name: 'push',
      action: 'push',
      values: {
        after: headSha,
        ref: 'refs/heads/main',
        'head_commit.url': `https://github.com/acme/shop/commit/${headSha}`,
        'sender.type': 'User',
        'sender.login': 'ann',
        'sender.avatar_url': 'https://a.example/1',
        'repository.name': 'shop',
        'repository.url': 'https://api.github.com/repos/acme/shop',
        'repository.owner.login': 'acme',
      },
    },
    receivedAt: 1234,
    pushedAt: null,
    parameters: {},
  })
})

test('a redelivery is the same event of the same pipeline, another push is not', () => {
  expect(read(pushPayload())).toEqual(read(pushPayload()))
  const [one, other] = [read(pushPayload(), 'a'), read(pushPayload(), 'b')]
  if (isIgnored(one) || isIgnored(other)) throw new Error('ignored')
  expect(one[0]?.key).not.toBe(other[0]?.key)
  expect(one[0]?.event.pipelineId).not.toBe(other[0]?.event.pipelineId)
})

describe('every kind of push', () => {
  test('a new branch at a commit that exists starts a pipeline', () => {
    const payload = pushPayload({
      ref: 'refs/heads/new',
      before: zeros,
      created: true,
      base_ref: 'refs/heads/main',
    })
    expect(triggerOf(read(payload))).toMatchObject({
      ref: { kind: 'branch', name: 'new' },
      before: null,
      commit: { sha: headSha },
    })
  })
  test('a branch without a head commit is built at `after`', () => {
    expect(triggerOf(read(pushPayload({ head_commit: null }))).commit).toMatchObject({
      sha: headSha,
      subject: '',
    })
  })
  test('a tag is a tag, and an annotated one is at its commit', () => {
    const payload = pushPayload({ ref: 'refs/tags/v1/rc', after: 'd'.repeat(40), before: zeros })
    expect(triggerOf(read(payload))).toMatchObject({
      type: 'tag',
      ref: { kind: 'tag', name: 'v1/rc' },
      commit: { sha: headSha },
    })
  })
  test('a branch of the merge queue is a branch', () => {
    const ref = 'refs/heads/gh-readonly-queue/main/pr-1-abc'
    expect(triggerOf(read(pushPayload({ ref }))).ref.name).toBe('gh-readonly-queue/main/pr-1-abc')
  })
  test('a forced push is a push', () => {
    expect(triggerOf(read(pushPayload({ forced: true }))).type).toBe('push')
  })
  test('the pusher stands in for a sender that is missing, with an id that is nobody', () => {
    expect(triggerOf(read(pushPayload({ sender: undefined }))).actor).toEqual({
      id: 0,
      login: 'ann',
      type: 'User',
    })
  })
  test('names of commits are lower case', () => {
    const head = { ...pushPayload().head_commit, id: headSha.toUpperCase() }
    expect(triggerOf(read(pushPayload({ head_commit: head }))).commit.sha).toBe(headSha)
  })
  test.each([
    ['a deleted branch', { deleted: true, after: zeros, head_commit: null }, 'branch deleted'],
    ['zeros without the flag', { after: zeros, head_commit: null }, 'branch deleted'],
    ['a deleted tag', { ref: 'refs/tags/v1', deleted: true, after: zeros }, 'tag deleted'],
    ['a note', { ref: 'refs/notes/commits' }, 'a push to neither a branch nor a tag'],
    [
      'a skipped commit',
      { head_commit: { ...pushPayload().head_commit, message: 'x [skip ci]' } },
      'the head commit says [skip ci]',
    ],
  ])('%s starts nothing', (_, change, reason) => {
    expect(ignored(read(pushPayload(change)))).toBe(reason)
  })
})

describe('payloads that lack what we need are ignored with the reason, never an error', () => {
  test.each([
    ['nothing', {}],
    ['null', null],
    ['text', 'x'],
    ['a list', []],
    ['no repository', pushPayload({ repository: undefined })],
    ['no installation', pushPayload({ installation: undefined })],
    ['an installation that is no number', pushPayload({ installation: { id: '5' } })],
    [
      'an owner that climbs',
      pushPayload({ repository: { ...pushPayload().repository, owner: { login: '..' } } }),
    ],
    [
      'a name with a slash',
      pushPayload({ repository: { ...pushPayload().repository, name: 'a/b' } }),
    ],
    ['a ref with a line break', pushPayload({ ref: 'refs/heads/a\nb' })],
    ['an empty branch', pushPayload({ ref: 'refs/heads/' })],
    ['a ref that is no text', pushPayload({ ref: { toString: 'x' } })],
    ['a commit that is none', pushPayload({ head_commit: { id: '--upload-pack' }, after: 'HEAD' })],
    ['a tag without its commit', pushPayload({ ref: 'refs/tags/v1', head_commit: null })],
    ['a huge ref', pushPayload({ ref: `refs/heads/${'x'.repeat(5000)}` })],
  ])('%s', (_, payload) => {
    expect(ignored(read(payload))).toMatch(/^a push/)
  })
})

test('texts are storable: no NUL, no half characters', () => {
  const message = 'a\u0000b \uD83D\n\nc\uDE00'
  const head = { ...pushPayload().head_commit, message }
  expect(triggerOf(read(pushPayload({ head_commit: head }))).commit).toMatchObject({
    subject: 'ab \uFFFD',
    body: 'c\uFFFD',
  })
})

test('inherited fields are no fields', () => {
  const payload: unknown = JSON.parse('{"__proto__": {"ref": "refs/heads/main"}}')
  expect(ignored(read(payload))).not.toBeNull()
})

test('the time of the head commit is kept', () => {
  const head = { ...pushPayload().head_commit, timestamp: '2026-01-02T03:04:05+01:00' }
  expect(triggerOf(read(pushPayload({ head_commit: head }))).event.values).toMatchObject({
    'head_commit.timestamp': '2026-01-02T03:04:05+01:00',
  })
})

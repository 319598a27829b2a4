import { expect, test } from 'vitest'
import { createCounter, kindOf, knownEvent } from '../../src/github/counters.ts'

test.each([
  ['POST', '/app/installations/5/access_tokens', 'token'],
  ['POST', '/repos/acme/shop/check-runs', 'check_create'],
  ['PATCH', '/repos/acme/shop/check-runs/9', 'check_update'],
  ['GET', '/repos/acme/shop/check-runs/9', 'check_read'],
  ['GET', '/repos/acme/shop/commits/abc/check-runs', 'check_read'],
  ['GET', '/repos/acme/shop/contents/.circleci%2Fconfig.yml', 'file'],
  ['GET', '/api/v3/repos/acme/shop/collaborators/ann/permission', 'permission'],
  ['GET', '/orgs/acme/teams/ops/memberships/ann', 'person'],
  ['GET', '/app/hook/deliveries', 'delivery'],
  ['GET', '/repos/acme/shop', 'repository'],
  ['GET', '/repos/acme/shop/branches/main', 'repository'],
  ['GET', '/meta', 'other'],
])('%s %s is counted as %s', (method, path, kind) => {
  expect(kindOf(method, path)).toBe(kind)
})

test('events that nobody knows are one', () => {
  expect([knownEvent('push'), knownEvent('x'.repeat(9000)), knownEvent(undefined)]).toEqual([
    'push',
    'other',
    'other',
  ])
})

test('equal labels are counted together', () => {
  const counter = createCounter()
  for (const status of ['200', '500', '200']) counter.count({ kind: 'file', status })
  expect(counter.samples()).toEqual([
    { labels: { kind: 'file', status: '200' }, value: 2 },
    { labels: { kind: 'file', status: '500' }, value: 1 },
  ])
})

import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type Attempt, lostDeliveries, startRedelivery } from '../../src/github/redelivery.ts'
import { newProbot } from '../support/github-app.ts'
import { silentLog } from '../support/log.ts'
import { api, interceptGitHub, releaseGitHub } from '../support/nock-github.ts'
import { until } from '../support/until.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const minutes = (count: number) => new Date(now - count * 60_000).toISOString()

const attempt = (id: number, guid: string, change: Partial<Attempt> = {}): Attempt => ({
  id,
  guid,
  event: 'push',
  status: 'Invalid HTTP Response: 500',
  delivered_at: minutes(60),
  ...change,
})

const lost = (...attempts: readonly Attempt[]) =>
  lostDeliveries(attempts, now, 120_000).map(({ id }) => id)

test('what failed and never arrived is asked for again, the oldest first', () => {
  expect(
    lost(
      attempt(3, 'c', { delivered_at: minutes(10) }),
      attempt(2, 'b', { status: 'timed out', delivered_at: minutes(20) }),
      attempt(1, 'a', { status: 'OK' }),
    ),
  ).toEqual([2, 3])
})

test('what arrived at a later attempt is not', () => {
  expect(lost(attempt(1, 'a'), attempt(2, 'a', { status: 'OK' }))).toEqual([])
})

test.each(['push', 'check_run', 'check_suite', 'pull_request', 'merge_group', 'issue_comment'])(
  'a lost %s is asked for again',
  (event) => {
    expect(lost(attempt(1, 'a', { event }))).toEqual([1])
  },
)

test('events that Sluice does not act on are not', () => {
  expect(lost(attempt(1, 'a', { event: 'installation' }))).toEqual([])
})

test('after each failure it rests longer, and never for good', () => {
  expect(lost(attempt(1, 'a', { delivered_at: minutes(1) }))).toEqual([])
  expect(lost(attempt(1, 'a', { delivered_at: minutes(2) }))).toEqual([1])
  const tenth = Array.from({ length: 10 }, (_, id) =>
    attempt(id, 'a', { delivered_at: minutes(119) }),
  )
  expect(lost(...tenth)).toEqual([])
  expect(lost(...tenth.map((one) => ({ ...one, delivered_at: minutes(120) })))).toHaveLength(1)
})

test('the newest attempt is the one that is repeated', () => {
  expect(
    lost(
      attempt(1, 'a', { delivered_at: minutes(60) }),
      attempt(2, 'a', { delivered_at: minutes(30) }),
    ),
  ).toEqual([2])
})

beforeEach(interceptGitHub)
afterEach(releaseGitHub)

test('all pages are looked through, as the App', async () => {
  const list = () =>
    nock(api, { reqheaders: { authorization: /^bearer / } }).get('/app/hook/deliveries')
  const at = new Date(Date.now() - 600_000).toISOString()
  const next = `<${api}/app/hook/deliveries?per_page=100&cursor=c1>; rel="next"`
  list()
    .query({ per_page: 100 })
    .reply(200, [attempt(4, 'd', { status: 'OK', delivered_at: at })], { link: next })
  list()
    .query({ per_page: 100, cursor: 'c1' })
    .reply(200, [attempt(3, 'c', { delivered_at: at })])
  let asked = false
  nock(api)
    .post('/app/hook/deliveries/3/attempts')
    .reply(202, () => {
      asked = true
      return {}
    })
  const log = silentLog
  const redelivery = startRedelivery({
    probot: newProbot(),
    clock: systemClock,
    log,
    everyMs: 60_000,
    afterMs: 120_000,
  })
  await until('the redelivery', () => asked)
  await redelivery.stop()
  expect(asked).toBe(true)
})

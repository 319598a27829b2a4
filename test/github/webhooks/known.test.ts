import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createIsKnown } from '../../../src/github/webhooks/known.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import { repository } from '../../support/builders.ts'
import { newProbot } from '../../support/github-app.ts'
import { api, interceptGitHub, releaseGitHub } from '../../support/nock-github.ts'

beforeEach(interceptGitHub)
afterEach(releaseGitHub)

let now = 0
/** Short rests pass at once, patience never ends. */
const clock: Clock = {
  now: () => now,
  newId: () => '',
  sleep: (ms) => (ms > 1000 ? new Promise(() => undefined) : Promise.resolve()),
}
const answers = (status: number, body: nock.Body = { message: 'Not Found' }) =>
  nock(api).get('/repos/acme/shop').reply(status, body)
const isKnown = () => createIsKnown(newProbot(), clock)

test('a repository that the App can see is known, and asked about once an hour', async () => {
  answers(200, { id: repository.id })
  const ask = isKnown()
  expect(await Promise.all([ask(repository), ask(repository)])).toEqual([true, true])
  now += 3_600_000
  answers(200, { id: repository.id })
  expect(await ask(repository)).toBe(true)
})

test('one that it cannot see is looked at twice, and again the next time', async () => {
  answers(404)
  answers(404)
  const ask = isKnown()
  expect(await ask(repository)).toBe(false)
  answers(404)
  answers(200, { id: repository.id })
  expect(await ask(repository)).toBe(true)
})

test('another repository that took over the name is not the one', async () => {
  answers(200, { id: 999 })
  answers(200, { id: 999 })
  expect(await isKnown()(repository)).toBe(false)
})

test('an installation that GitHub does not know gives access to nothing', async () => {
  const elsewhere = { ...repository, installationId: 6 }
  nock(api).post('/app/installations/6/access_tokens').twice().reply(404, { message: 'Not Found' })
  expect(await isKnown()(elsewhere)).toBe(false)
})

test.each([403, 429, 500])('in doubt (%d) the delivery is kept', async (status) => {
  answers(status)
  expect(await isKnown()(repository)).toBe(true)
})

test('a GitHub that does not answer soon is doubt', async () => {
  const asked = Promise.withResolvers<undefined>()
  const patient: Clock = { ...clock, sleep: () => asked.promise }
  nock(api)
    .get('/repos/acme/shop')
    .reply(() => {
      asked.resolve(undefined)
      return new Promise(() => undefined)
    })
  expect(await createIsKnown(newProbot(), patient)(repository)).toBe(true)
})

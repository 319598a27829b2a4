import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createBudgets } from '../../../src/github/budget/budgets.ts'
import { gitHubLimits } from '../../../src/github/budget/limits.ts'
import { metered } from '../../../src/github/budget/metered.ts'
import { createClient } from '../../../src/github/client.ts'
import { GitHubUnavailable } from '../../../src/ports/github.ts'
import { CheckServer } from '../../support/check-server.ts'
import { FakeChecks } from '../../support/fake-checks.ts'
import { appSettings } from '../../support/github-app.ts'

let github: CheckServer
beforeEach(async () => {
  github = new CheckServer()
  await github.start()
})
afterEach(() => github.stop())

const budgets = () => createBudgets(gitHubLimits, () => systemClock.now())

/** What one of several processes that share a database has; they hear of pauses through `pauses`. */
function clientsOf(pauses: FakeChecks, counted = budgets()) {
  const clients = createClient({ ...appSettings, gheHost: github.host, gheProtocol: 'http' })
  return metered({ clients, budgets: counted, pauses, clock: systemClock })
}

const look = async (clients: ReturnType<typeof clientsOf>, installation = 5): Promise<unknown> => {
  const octokit = await clients.auth(installation)
  const request = { owner: 'acme', repo: 'shop', check_run_id: 9 }
  return octokit.rest.checks.get(request).then(
    ({ status }) => status,
    (error: unknown) => error,
  )
}
const asked = () => github.requests.filter(({ method }) => method === 'GET').length

test('what GitHub says to one process holds for all of them, and for no other installation', async () => {
  const pauses = new FakeChecks()
  const [one, other] = [clientsOf(pauses), clientsOf(pauses)]
  const message = 'You have exceeded a secondary rate limit'
  github.faults.push({ method: 'GET', status: 403, message, headers: { 'retry-after': '30' } })
  expect(await look(one)).toMatchObject({ status: 403 })
  expect(await look(other)).toBeInstanceOf(GitHubUnavailable)
  expect(await look(other)).toMatchObject({ retryAfterMs: 30_000 })
  expect(asked()).toBe(1)
  pauses.pass(30_000)
  expect(await look(other)).toMatchObject({ status: 404 })
  expect(asked()).toBe(2)
})

test('what the windows do not hold is not sent', async () => {
  const counted = budgets()
  const clients = clientsOf(new FakeChecks(), counted)
  for (let count = 0; count < 180; count++) counted.of(5).begin({ reads: false, creates: false })()
  expect(await look(clients)).toBeInstanceOf(GitHubUnavailable)
  expect(asked()).toBe(0)
  expect(await look(clients, 6)).toMatchObject({ status: 404 })
})

test('requests count as what they are', async () => {
  const counted = budgets()
  const octokit = await clientsOf(new FakeChecks(), counted).auth(5)
  const about = { owner: 'acme', repo: 'shop' }
  const { data } = await octokit.rest.checks.create({ ...about, name: 'x', head_sha: 'a' })
  await octokit.rest.checks.update({ ...about, check_run_id: data.id })
  await octokit.rest.checks.get({ ...about, check_run_id: data.id })
  expect(counted.of(5).left()).toEqual({
    points_minute: 889,
    creates_minute: 79,
    creates_hour: 499,
    requests_hour: 4997,
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { gitHubLimits } from '../../src/github/budget/limits.ts'
import { type System, startSystem } from '../support/system.ts'

const config = `version: 2.1
jobs:
  build:
    machine: true
    steps:
      - run: echo build
workflows:
  ci:
    jobs:
      - build
      - hold:
          type: approval
`

let system: System
beforeAll(async () => {
  system = await startSystem({ executor: 'fake', settings: { gitHubLimits } })
})
afterAll(() => system.close())

/** Every sample, by its name with its labels. */
async function metrics(): Promise<ReadonlyMap<string, number>> {
  const text = await system.page('/metrics')
  const lines = text.trimEnd().split('\n')
  const sample = /^([a-z_]+(?:\{[a-z]+="[^"\n]*"(?:,[a-z]+="[^"\n]*")*\})?) (-?[\d.e+-]+)$/
  const found = lines.filter((line) => !line.startsWith('# ')).map((line) => sample.exec(line))
  expect(found).not.toContain(null)
  return new Map(found.map((match) => [match?.[1] ?? '', Number(match?.[2])]))
}

test('/metrics tells what was asked of GitHub, what is left, what waits and what runs, and names nobody', async () => {
  const copy = await system.repository('very-secret-name')
  const sha = await copy.commit({ '.circleci/config.yml': config })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(sha)['ci / hold']).toBe('action_required')
  await expect.poll(() => system.checks(sha)['ci / build']).toBe('success')
  await system.standIn.settled()
  const found = await metrics()
  const created = system.standIn.requests.filter(({ op }) => op === 'checks/create').length
  expect(found.get('sluice_github_requests_total{kind="check_create",status="201"}')).toBe(created)
  expect(found.get('sluice_github_requests_total{kind="token",status="201"}')).toBeGreaterThan(0)
  expect(found.get('sluice_github_deliveries_total{event="push",status="200"}')).toBe(1)
  expect(found.get('sluice_github_budget_left{window="creates_hour"}')).toBe(500 - created)
  expect(found.get('sluice_pipelines_day{state="created"}')).toBe(1)
  expect(found.get('sluice_workers')).toBe(1)
  expect(found.get('sluice_tasks{state="queued"}')).toBe(0)
  for (const name of [
    'sluice_events{state="aside"}',
    'sluice_events_oldest_seconds',
    'sluice_effects',
    'sluice_github_pauses',
    'sluice_github_pause_seconds',
    'sluice_checks_waiting{urgency="alarm"}',
    'sluice_checks_oldest_seconds{urgency="queued"}',
  ])
    expect(found.get(name), name).toBeGreaterThanOrEqual(0)
  expect(await system.page('/metrics')).not.toMatch(/acme|very-secret-name|ann/)
})

test('a pause that GitHub asks for shows, and how much of it is left', async () => {
  const headers = { 'retry-after': '600' }
  system.standIn.faults.push({ op: 'checks/create', status: 403, headers })
  const copy = await system.repository('paused')
  await copy.commit({ '.circleci/config.yml': config })
  await copy.push('HEAD:main')
  await expect.poll(async () => (await metrics()).get('sluice_github_pauses')).toBe(1)
  const found = await metrics()
  expect(found.get('sluice_github_requests_total{kind="check_create",status="403"}')).toBe(1)
  expect(found.get('sluice_github_pause_seconds')).toBeGreaterThan(400)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Rhythm } from '../../src/github/app.ts'
import type { Log } from '../../src/ports/log.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { databaseUrl } from '../support/stage.ts'
import { type System, startSystem } from '../support/system.ts'

const config = `version: 2.1
jobs:
  build: { machine: true, steps: [{ run: echo build }] }
workflows:
  ci:
    jobs:
      - build
      - hold: { type: approval, requires: [build] }
      - deploy: { requires: [hold] }
`.replace('workflows:', '  deploy: { machine: true, steps: [{ run: echo deploy }] }\nworkflows:')
const file = '.circleci/config.yml'
const timeout = { timeout: 10_000, interval: 50 }
const waiting = {
  'ci / build': 'success',
  'ci / hold': 'action_required',
  'ci / deploy': 'queued',
  sluice: 'in_progress',
}
const done = {
  'ci / build': 'success',
  'ci / hold': 'success',
  'ci / deploy': 'success',
  sluice: 'success',
}

/** Nothing comes by itself while a test runs: only what webhooks ask for, and the looks at a start. */
const never = 24 * 3_600_000
const rhythm: Rhythm = {
  reconcileEveryMs: never,
  redeliverEveryMs: never,
  redeliverAfterMs: 0,
  surveyEveryMs: never,
  graceMs: 0,
}

let database: TestDatabase
let system: System
const warnings: string[] = []
const listening: Log = {
  ...silentLog,
  warn: (facts, message) => warnings.push(`${message} ${JSON.stringify(facts)}`),
  error: (facts, message) => warnings.push(`${message} ${JSON.stringify(facts)}`),
}

beforeAll(async () => {
  database = await testDatabase()
  const settings = { databaseUrl: databaseUrl(database) }
  system = await startSystem({ executor: 'fake', settings, rhythm, log: listening })
})
afterAll(async () => {
  await system.close()
  await database.close()
})

const installation = () => {
  const [one] = system.standIn.installations
  if (!one) throw new Error('no installation')
  return one
}

async function waitingPipeline(name: string) {
  const copy = await system.repository(name)
  const sha = await copy.commit({ [file]: config, name })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(sha), timeout).toEqual(waiting)
  return { copy, sha }
}

/** Presses the button on each check that shows it: who may approve can become known after the first. */
function approving(sha: string) {
  const pressed = new Set<number>()
  return async () => {
    const hold = system.check(sha, 'ci / hold')
    if (hold.conclusion === 'action_required' && !pressed.has(hold.id)) {
      pressed.add(hold.id)
      await system.standIn.ui.clickAction(hold.id, 'approve', 'ann')
    }
    return system.checks(sha)
  }
}

const unfinished = (name: string) =>
  database.query(
    `select 1 from job join pipeline on pipeline.id = job.pipeline_id
      where status in ('blocked', 'queued', 'running', 'on_hold')
        and pipeline.repository::text like $1`,
    [`%/${name}"%`],
  )

test('a pipeline under way reaches its checks under the new name of its repository', async () => {
  const { sha } = await waitingPipeline('before')
  await system.standIn.owners.rename('acme/before', 'after', 'ann')
  await system.standIn.createRepository({ owner: 'acme', name: 'before' })
  await expect
    .poll(() =>
      database.query('select 1 from project where repository::text like $1', ['%/after"%']),
    )
    .toHaveLength(1)
  await expect.poll(approving(sha), timeout).toEqual(done)
  expect(system.standIn.violations).toEqual([])
})

test('before anybody told of the new name, the old one leads there', async () => {
  const { sha } = await waitingPipeline('early')
  system.standIn.webhooks.drop((parcel) => parcel.event === 'repository')
  await system.standIn.owners.rename('acme/early', 'late', 'ann')
  system.standIn.webhooks.dropNone()
  await expect.poll(approving(sha), timeout).toEqual(done)
  expect(system.standIn.violations).toEqual([])
})

const lost = {
  'ci / build': 'success',
  'ci / hold': 'cancelled',
  'ci / deploy': 'cancelled',
  sluice: 'failure',
}

test('while the App is suspended nothing runs, and its checks come with it back', async () => {
  const { copy, sha } = await waitingPipeline('suspended')
  const began = warnings.length
  await system.standIn.owners.suspend(installation(), 'ann')
  await expect.poll(() => unfinished('suspended'), timeout).toEqual([])
  const asked = system.standIn.requests.length
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const checkRequests = system.standIn.requests
    .slice(asked)
    .filter(({ op }) => op?.startsWith('checks/'))
  expect(checkRequests).toEqual([])
  expect(system.checks(sha)).toEqual(waiting)
  const closed = warnings.slice(began).filter((line) => line.includes('/suspended'))
  expect(closed).toEqual([expect.stringContaining('the App is suspended for acme')])

  await system.standIn.owners.unsuspend(installation(), 'ann')
  await expect.poll(() => system.checks(sha), timeout).toEqual(lost)
  expect(system.check(sha, 'ci / hold').title).toContain('the App is suspended for acme')
  const next = await copy.commit({ 'more.txt': 'more' })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(next), timeout).toEqual(waiting)
  expect(system.standIn.violations).toEqual([])
})

test('a repository taken from the installation ends what runs in it, and comes back', async () => {
  const { copy, sha } = await waitingPipeline('taken')
  const others = () =>
    system.standIn.repositories.map(({ name }) => name).filter((name) => name !== 'taken')
  await system.standIn.owners.choose(installation(), others(), 'ann')
  await expect.poll(() => unfinished('taken'), timeout).toEqual([])
  expect(system.checks(sha)).toEqual(waiting)
  await system.standIn.owners.choose(installation(), [...others(), 'taken'], 'ann')
  await expect.poll(() => system.checks(sha), timeout).toEqual(lost)
  expect(system.check(sha, 'ci / hold').title).toContain('the App has no access to acme/taken')
  const next = await copy.commit({ 'more.txt': 'taken' })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(next), timeout).toEqual(waiting)
  installation().repositories = 'all'
  expect(system.standIn.violations).toEqual([])
})

test('an App that is uninstalled and installed again goes on with its new installation', async () => {
  const { copy, sha } = await waitingPipeline('again')
  const old = installation()
  await system.standIn.owners.uninstall(old, 'ann')
  await expect.poll(() => unfinished('again'), timeout).toEqual([])
  const fresh = system.standIn.addInstallation({ account: 'acme' })
  await system.standIn.owners.install(fresh, 'ann')
  await expect.poll(() => system.checks(sha), timeout).toEqual(lost)
  expect(system.check(sha, 'ci / hold').title).toContain('the App is not installed for acme')
  const next = await copy.commit({ 'more.txt': 'again' })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(next), timeout).toEqual(waiting)
  expect(system.standIn.violations).toEqual([])
})

test('what runs in a deleted repository ends', async () => {
  await waitingPipeline('gone')
  await system.standIn.owners.delete('acme/gone', 'ann')
  await expect.poll(() => unfinished('gone'), timeout).toEqual([])
  expect(system.standIn.violations).toEqual([])
})

test('checks of an archived repository wait until it is one no more', async () => {
  const { sha } = await waitingPipeline('archived')
  system.standIn.owners.archive('acme/archived', true)
  await system.click(sha, 'ci / hold', 'approve')
  await expect.poll(() => unfinished('archived'), timeout).toEqual([])
  const parked = () =>
    database.query("select 1 from closed_repository where because like '%archived%'")
  await expect.poll(parked, timeout).toHaveLength(1)
  expect(system.checks(sha)).toMatchObject({ 'ci / hold': 'action_required' })
  system.standIn.owners.archive('acme/archived', false)
  await system.standIn.owners.rename('acme/archived', 'revived', 'ann')
  await expect.poll(() => system.checks(sha), timeout).toEqual(done)
  expect(system.standIn.violations).toEqual([])
})

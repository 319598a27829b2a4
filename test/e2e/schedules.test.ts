import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Log } from '../../src/ports/log.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { silentLog } from '../support/log.ts'
import { type System, startSystem } from '../support/system.ts'

/** A push fails; what runs at night succeeds. */
const config = (cron: string, branches = 'main', night = 'echo') => `version: 2.1
jobs:
  build: { machine: true, steps: [{ run: "false" }] }
  clean:
    machine: true
    steps: [{ run: "${night} << pipeline.schedule.name >> on << pipeline.git.branch >> by << pipeline.trigger.type >>" }]
workflows:
  ci: { jobs: [build] }
  nightly:
    triggers: [{ schedule: { cron: "${cron}", filters: { branches: { only: ${branches} } } } }]
    jobs: [clean]
`
const file = '.circleci/config.yml'
const timeout = { timeout: 15_000 }
const succeeded = {
  'nightly / clean (schedule nightly)': 'success',
  'sluice (schedule nightly)': 'success',
}

let database: TestDatabase
let system: System
/** Why deliveries were ignored, as the log says. */
const ignored: unknown[] = []
let made = 0
const listening: Log = { ...silentLog, info: ({ because }) => ignored.push(because) }

beforeAll(async () => {
  database = await testDatabase()
  system = await startSystem({ settings: { databaseUrl: urlOf(database) }, log: listening })
})
afterAll(async () => {
  await system.close()
  await database.close()
})

/** A socket's folder goes into the query. */
function urlOf({ connection }: TestDatabase): string {
  const { connectionString, user, database: name, host } = connection
  return connectionString ?? `postgres://${user}@/${name}?host=${encodeURIComponent(host ?? '')}`
}

/** Those of which Sluice has worked out when they are due: nobody has them in hand. */
const schedules = () =>
  database.query<{ branch: string; cron: string }>(
    `select branch, cron from schedule join schedule_branch as place on place.id = branch_id
      where due_at > 0 order by branch, cron`,
  )

/** As if Sluice had looked at its schedules that long ago for the last time. */
const pass = (hours: number) =>
  database.query(`update schedule set since = since - $1::bigint * 3600000, due_at = 1`, [hours])

test('a scheduled workflow runs at the head of its branch, alone, and says nothing about the push', async () => {
  const copy = await system.repository('nightly')
  const first = await copy.commit({ [file]: config('0 */12 * * *') })
  await copy.push('HEAD:main')
  const pushed = { 'ci / build': 'failure', sluice: 'failure' }
  await expect.poll(() => system.checks(first), timeout).toEqual(pushed)
  await expect.poll(schedules, timeout).toEqual([{ branch: 'main', cron: '0 */12 * * *' }])

  await pass(12)
  await expect.poll(() => system.checks(first), timeout).toEqual({ ...pushed, ...succeeded })
  const output = await system.jobLog(first, 'nightly / clean (schedule nightly)')
  expect(output).toContain('nightly on main by schedule')

  const second = await copy.commit({ [file]: config('0 */6 * * *') })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(second), timeout).toEqual(pushed)
  await expect.poll(schedules, timeout).toEqual([{ branch: 'main', cron: '0 */6 * * *' }])
  await pass(61)
  await expect.poll(() => system.checks(second), timeout).toEqual({ ...pushed, ...succeeded })
  const { summary } = system.check(second, 'sluice (schedule nightly)')
  expect(summary).toMatch(/missed (9|10) earlier times; this run makes up for all of them/)
  const runs = system.standIn.latestRuns(second).filter(({ name }) => name.startsWith('nightly'))
  expect(runs).toHaveLength(1)
  expect(system.standIn.violations).toEqual([])
})

test('a push whose config has other schedules, or none, replaces them', async () => {
  const copy = await system.repository('changing')
  await database.query('delete from schedule_branch')
  await copy.commit({ [file]: config('0 3 * * *') })
  await copy.push('HEAD:main')
  await expect.poll(schedules, timeout).toEqual([{ branch: 'main', cron: '0 3 * * *' }])
  await copy.commit({ [file]: config('0 4 * * *', '[main, dev]') })
  await copy.push('HEAD:main', 'HEAD:dev')
  const both = [
    { branch: 'dev', cron: '0 4 * * *' },
    { branch: 'main', cron: '0 4 * * *' },
  ]
  await expect.poll(schedules, timeout).toEqual(both)
  await copy.commit({ [file]: config('0 4 * * *', 'dev') })
  await copy.push('HEAD:main')
  await expect.poll(schedules, timeout).toEqual(both.slice(0, 1))
  expect(system.standIn.violations).toEqual([])
})

test('the schedules of a deleted branch end with it', async () => {
  const copy = await system.repository('deleted')
  await database.query('delete from schedule_branch')
  const sha = await copy.commit({ [file]: config('0 3 * * *', 'dev') })
  await copy.push('HEAD:main', 'HEAD:dev')
  await expect.poll(schedules, timeout).toEqual([{ branch: 'dev', cron: '0 3 * * *' }])
  await copy.push(':dev')
  await pass(48)
  await expect.poll(schedules, timeout).toEqual([])
  expect(Object.keys(system.checks(sha)).filter((name) => name.includes('nightly'))).toEqual([])
  expect(system.standIn.violations).toEqual([])
})

test.each([
  ['Mend [CI Skip] it', 'the head commit says [CI Skip]'],
  ['Mend\n\nBecause [skip ci]', 'the head commit says [skip ci]'],
  ['Mend\n\nText\n\nskip-checks: true', 'the head commit says skip-checks: true'],
])(
  'a push of %j starts nothing and the log says why, but its schedules run',
  async (message, reason) => {
    const copy = await system.repository(`skipped-${(made += 1)}`)
    await database.query('delete from schedule_branch')
    await copy.commit({ [file]: config('0 3 * * *') })
    await copy.push('HEAD:main')
    await expect.poll(schedules, timeout).toHaveLength(1)
    ignored.splice(0)
    const skipped = await copy.commit({ 'a.txt': 'a' }, message)
    await copy.push('HEAD:main')
    await expect.poll(() => ignored, timeout).toContain(reason)
    expect(system.checks(skipped)).toEqual({})
    await pass(24)
    await expect.poll(() => system.checks(skipped), timeout).toEqual(succeeded)
  },
)

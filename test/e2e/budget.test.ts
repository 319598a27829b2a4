import { afterEach, expect, test } from 'vitest'
import type { RequestRecord, Run } from '../../src/demo/stand-in/world.ts'
import { gitHubLimits, type Limits } from '../../src/github/budget/limits.ts'
import { type System, type SystemOptions, startSystem } from '../support/system.ts'

let system: System
afterEach(() => system.close())

/** Windows a hundredth as long as GitHub's. */
const shrunk = 100
const shortLimits: Limits = {
  ...gitHubLimits,
  minuteMs: gitHubLimits.minuteMs / shrunk,
  hourMs: gitHubLimits.hourMs / shrunk,
}

const start = async (options: SystemOptions = {}): Promise<System> => {
  system = await startSystem({ executor: 'fake', concurrency: 16, ...options })
  return system
}

const numbers = (count: number): string =>
  Array.from({ length: count }, (_, index) => index + 1).join(', ')

/** As many jobs in one workflow; the last fails when `bad`. */
const wide = (jobs: number, bad = false, ms = 0): string => `version: 2.1
jobs:
  unit:
    machine: true
    parameters:
      part:
        type: integer
      ms:
        type: integer
        default: ${ms}
    steps:
      - run: sleep << parameters.ms >>
  last:
    machine: true
    steps:
      - run: ${bad ? 'exit 1' : 'echo last'}
workflows:
  ci:
    jobs:
      - unit:
          matrix:
            parameters:
              part: [${numbers(jobs - 1)}]
      - last
`

const isWrite = ({ op }: RequestRecord): boolean => op === 'checks/create' || op === 'checks/update'
const writes = (): readonly RequestRecord[] => system.standIn.requests.filter(isWrite)
const refused = (): readonly RequestRecord[] =>
  system.standIn.requests.filter(({ status }) => status === 403 || status === 429)
const nameOf = ({ body, path }: RequestRecord, runs: readonly Run[]): string | undefined =>
  runs.find((run) => path.endsWith(`/${run.id}`))?.name ?? fieldsOf(body).name

test('a workflow of 100 jobs costs at most two writes a job and fifteen for the check of all', async () => {
  await start()
  const copy = await system.repository('wide')
  const sha = await copy.commit({ '.circleci/config.yml': wide(100) })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(sha)['sluice'], { timeout: 60_000 }).toBe('success')
  await expect.poll(() => Object.keys(system.checks(sha)).length, { timeout: 60_000 }).toBe(101)
  const runs = system.standIn.runs(sha)
  const names = writes().map((one) => nameOf(one, runs))
  expect(names.filter((name) => name !== 'sluice').length).toBeLessThanOrEqual(200)
  expect(names.filter((name) => name === 'sluice').length).toBeLessThanOrEqual(15)
  expect(names.filter((name) => name === 'sluice').length).toBeGreaterThan(5)
  expect(system.standIn.violations).toEqual([])
})

test('when the creates of an hour are used up, red is shown first and the rest in the check of all until its time comes', async () => {
  const limits = { ...shortLimits, createsPerHour: 20, hourMs: 10_000 }
  await start({
    standIn: { rateLimits: { shrunk: 360, createsPerHour: 20 } },
    settings: { gitHubLimits: limits },
  })
  const copy = await system.repository('scarce')
  const sha = await copy.commit({ '.circleci/config.yml': wide(40, true) })
  await copy.push('HEAD:main')
  await expect.poll(() => system.checks(sha)['sluice'], { timeout: 60_000 }).toBe('failure')
  await expect.poll(() => system.checks(sha)['ci / last'], { timeout: 5_000 }).toBe('failure')
  const early = Object.keys(system.checks(sha)).length
  expect(early).toBeLessThanOrEqual(20)
  await expect
    .poll(() => summaryOf(sha))
    .toMatch(/GitHub limits how many checks are made in an hour: \d+ jobs get their check later/)
  await expect.poll(() => tally(sha), { timeout: 90_000 }).toBe('39 success, 2 failure')
  await expect.poll(() => summaryOf(sha), { timeout: 30_000 }).not.toContain('later')
  expect(refused()).toEqual([])
  expect(system.standIn.violations).toEqual([])
}, 200_000)

/** Two of the workflows fail: one early, one when an hour's creates are used up already. */
const failing: readonly number[] = [3, 17]

test('twenty workflows of 100 jobs at once stay within the limits, end with every check right, and red is never late', async () => {
  // So many at once that the jobs, not the decisions about them, take the time.
  const concurrency = 4
  await start({
    concurrency,
    standIn: { rateLimits: { shrunk } },
    settings: { gitHubLimits: shortLimits },
  })
  const copy = await system.repository('many')
  const shas: string[] = []
  for (let index = 0; index < 20; index++) {
    const config = wide(100, failing.includes(index), 200)
    shas.push(await copy.commit({ '.circleci/config.yml': config, index: String(index) }))
    await copy.git('branch', `b${index}`, 'HEAD')
  }
  await copy.push(...shas.map((_, index) => `b${index}`))
  const verdicts = () => shas.map((sha) => system.checks(sha)['sluice'])
  const expected = shas.map((_, index) => (failing.includes(index) ? 'failure' : 'success'))
  // The check that branches require does not wait for those of the jobs.
  await expect.poll(verdicts, { timeout: 300_000, interval: 100 }).toEqual(expected)
  const isComplete = (sha: string, index: number): boolean =>
    tally(sha) === (failing.includes(index) ? '99 success, 2 failure' : '101 success')
  const complete = () => shas.filter(isComplete).length
  await expect.poll(complete, { timeout: 300_000, interval: 200 }).toBe(20)
  const stillFolded = () => shas.filter((sha) => summaryOf(sha).includes('check later'))
  await expect.poll(stillFolded, { timeout: 60_000, interval: 200 }).toEqual([])
  expect(refused()).toEqual([])
  expect(shas.filter((_, index) => failing.includes(index)).map(writesBeforeRed)).toEqual([
    expect.toSatisfy(isFew),
    expect.toSatisfy(isFew),
  ])
  expect(system.standIn.violations).toEqual([])
}, 600_000)

const summaryOf = (sha: string): string => system.check(sha, 'sluice').summary ?? ''
/** Of more than a thousand that wait; the publisher's own tests say how few exactly. */
const isFew = (count: number): boolean => count <= 25

/** E.g. `99 success, 2 failure`. */
function tally(sha: string): string {
  const groups = Map.groupBy(Object.values(system.checks(sha)), (conclusion) => conclusion)
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([conclusion, runs]) => `${runs.length} ${conclusion}`)
    .join(', ')
}

/** How many other writes came to GitHub between the failure of a job and the one that made it visible. */
function writesBeforeRed(sha: string): number {
  const isRed = ({ body }: RequestRecord): boolean => fieldsOf(body).conclusion === 'failure'
  const name = 'ci / last'
  const red = writes().find((one) => isRed(one) && one.status < 300 && isOf(sha, name, one))
  if (!red) throw new Error('the failure was never told')
  const failedAt = Date.parse(fieldsOf(red.body).completed_at ?? '')
  return writes().filter(({ time }) => time > failedAt && time < red.time).length
}

const isOf = (sha: string, name: string, { path, body }: RequestRecord): boolean => {
  const run = system.check(sha, name)
  return path.endsWith(`/${run.id}`) || fieldsOf(body).external_id === run.externalId
}

interface Fields {
  readonly name?: string
  readonly conclusion?: string
  readonly completed_at?: string
  readonly external_id?: string
}

const fieldsOf = (body: unknown): Fields => (typeof body === 'object' && body ? body : {})

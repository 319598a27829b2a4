import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createBudgets } from '../../../src/github/budget/budgets.ts'
import { gitHubLimits, type Limits } from '../../../src/github/budget/limits.ts'
import { metered } from '../../../src/github/budget/metered.ts'
import { createClient } from '../../../src/github/client.ts'
import { startPublisher } from '../../../src/github/publisher/publisher.ts'
import type { Running } from '../../../src/github/running.ts'
import type { Urgency } from '../../../src/model/effect.ts'
import type { JobRun, JobState, PipelineRun } from '../../../src/model/run.ts'
import type { CheckRow } from '../../../src/ports/checks.ts'
import { CheckServer, type KeptRun } from '../../support/check-server.ts'
import { afterRestart, FakeChecks } from '../../support/fake-checks.ts'
import { appId, appSettings } from '../../support/github-app.ts'
import { silentLog } from '../../support/log.ts'
import { ended, held, jobFacts, jobRun, pipelineRun, queued, running } from '../../support/runs.ts'
import { until } from '../../support/until.ts'

let github: CheckServer
let checks: FakeChecks
let publisher: Running | null

beforeEach(async () => {
  github = new CheckServer()
  checks = new FakeChecks()
  publisher = null
  await github.start()
})

afterEach(async () => {
  await publisher?.stop()
  await github.stop()
})

let lostSight = 0

function start(limits: Limits | null = null): void {
  lostSight = 0
  const settings = { ...appSettings, gheHost: github.host, gheProtocol: 'http' }
  const budgets = createBudgets(limits, () => systemClock.now())
  const clock = systemClock
  publisher = startPublisher({
    publishing: {
      probot: metered({ clients: createClient(settings), budgets, pauses: checks, clock }),
      appId,
      checks,
      clock: systemClock,
      render: { publicUrl: 'https://sluice.example' },
      lostSight: () => {
        lostSight += 1
      },
    },
    wake: checks.wake,
    clock: systemClock,
    log: silentLog,
    budgets,
    recallMs: 0,
  })
}

const rowOf = (job: JobRun): CheckRow => ({
  key: `job:${job.id}`,
  subject: { kind: 'job', jobId: job.id, pipelineId: job.pipelineId },
  installationId: 5,
  repository: { id: 11, owner: 'acme', name: 'shop' },
  sha: 'a'.repeat(40),
  wanted: 1,
  current: null,
  sequence: 0,
  unanswered: null,
})

const want = (state: JobState, name = 'test', urgency?: Urgency): string => {
  const job = jobRun(name, state)
  const row = rowOf(job)
  checks.want(row, jobFacts(job), urgency)
  return row.key
}

const kept = (name = 'test') => checks.rows.get(`job:${jobRun(name, queued).id}`)
const settled = () => until('all checks are sent', () => checks.settled)
const failures = (count: number) =>
  until(`${count} failures`, () => kept()?.errors.length === count)
const states = () => github.runs.map(({ status, conclusion }) => conclusion ?? status)

test('a check is created, goes on and ends, always one and the same', async () => {
  start()
  want(queued)
  await settled()
  want(running)
  await settled()
  want(ended('failed', 'broken'))
  await settled()
  expect(github.writes).toEqual(['POST check-runs', 'PATCH 9', 'PATCH 9'])
  expect(github.runs).toMatchObject([
    {
      name: 'build / test',
      head_sha: 'a'.repeat(40),
      external_id: expect.stringMatching(/\/0$/),
      status: 'completed',
      conclusion: 'failure',
      title: 'test failed: broken',
      actions: [{ identifier: 'rerun-failed' }, { identifier: 'rerun-all' }],
    },
  ])
})

test('every request names the version of the API, and those about checks come from the installation', async () => {
  start()
  want(queued)
  await settled()
  expect(github.requests.map(({ headers }) => headers['x-github-api-version'])).toEqual([
    '2022-11-28',
    '2022-11-28',
  ])
  expect(github.requests[1]?.headers.authorization).toBe('token ghs_77_x.y-z')
})

test('states that came and went before GitHub was told are never sent', async () => {
  want(queued)
  want(running)
  want(ended('success', 'all steps succeeded'))
  start()
  await settled()
  expect(github.writes).toEqual(['POST check-runs'])
  expect(states()).toEqual(['success'])
})

test('a state that is wanted while an older one is on its way is sent after it', async () => {
  github.delayMs = 50
  start()
  want(queued)
  await until('the create is on its way', () => github.writes.length === 1)
  want(running)
  want(ended('success', 'all steps succeeded'))
  await settled()
  expect(github.writes).toEqual(['POST check-runs', 'PATCH 9'])
  expect(states()).toEqual(['success'])
})

test('a decided approval is a new check of the same name', async () => {
  start()
  want(held, 'hold')
  await settled()
  want(ended('success', 'approved by ann', null), 'hold')
  await settled()
  expect(states()).toEqual(['action_required', 'success'])
  expect(new Set(github.runs.map((run) => run.name))).toEqual(new Set(['build / hold']))
  expect(github.runs.map((run) => run.external_id.split('/').at(-1))).toEqual(['0', '1'])
})

test('what GitHub has already is not sent: an open check is looked at, an ended one not even that', async () => {
  start()
  want(queued)
  await settled()
  want(queued)
  await settled()
  want(ended('success', 'x'))
  await settled()
  const before = github.requests.length
  want(ended('success', 'x'))
  await settled()
  expect(github.writes).toEqual(['POST check-runs', 'PATCH 9'])
  expect(github.requests).toHaveLength(before)
})

describe('a lost answer to a create', () => {
  test('is looked up, and the check that was made is used: there is exactly one', async () => {
    github.faults.push({ method: 'POST', lose: 'after' })
    start()
    want(queued)
    await failures(1)
    expect(kept()?.row.unanswered).toBe(github.runs[0]?.external_id)
    want(running)
    checks.pass(1000)
    await settled()
    expect(states()).toEqual(['in_progress'])
    expect(kept()?.row).toMatchObject({ unanswered: null, current: { githubId: 9 } })
  })

  test('that never happened is made once, under the same name', async () => {
    github.faults.push({ method: 'POST', lose: 'before' })
    start()
    want(queued)
    await failures(1)
    const name = kept()?.row.unanswered
    checks.pass(1000)
    await settled()
    expect(github.runs.map((run) => run.external_id)).toEqual([name])
  })

  test('of 502 is not trusted either', async () => {
    github.faults.push({ method: 'POST', status: 502, message: 'bad gateway' })
    start()
    want(queued)
    await failures(1)
    checks.pass(1000)
    await settled()
    expect(github.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET', 'POST'])
    expect(states()).toEqual(['queued'])
  })

  test('is not mixed up with an older check of the same name', async () => {
    start()
    want(held, 'hold')
    await settled()
    github.faults.push({ method: 'POST', lose: 'before' })
    want(ended('success', 'approved by ann', null), 'hold')
    await until('the create is lost', () => kept('hold')?.errors.length === 1)
    checks.pass(1000)
    await settled()
    expect(states()).toEqual(['action_required', 'success'])
  })
})

describe('an open check', () => {
  const failed = ended('failed', '"test" failed with exit code 1')
  const methods = () =>
    github.requests.filter(({ path }) => path.includes('/repos/')).map(({ method }) => method)

  test('is updated without a question when the last answer about it was seen', async () => {
    start()
    want(queued)
    await settled()
    want(running)
    await settled()
    want(failed)
    await settled()
    expect(methods()).toEqual(['POST', 'PATCH', 'PATCH'])
  })

  test('whose last answer was lost is asked about first: it may have ended', async () => {
    start()
    want(running)
    await settled()
    github.faults.push({ method: 'PATCH', lose: 'after' })
    want(ended('success', 'all steps succeeded'))
    await failures(1)
    want(failed)
    checks.pass(1000)
    await settled()
    expect(methods()).toEqual(['POST', 'PATCH', 'GET', 'POST'])
    expect(states()).toEqual(['success', 'failure'])
  })

  test('whose last answer was lost is updated when it stands as it stood', async () => {
    start()
    want(running)
    await settled()
    github.faults.push({ method: 'PATCH', lose: 'before' })
    want(ended('success', 'all steps succeeded'))
    await failures(1)
    want(failed)
    checks.pass(1000)
    await settled()
    expect(methods()).toEqual(['POST', 'PATCH', 'GET', 'PATCH'])
    expect(states()).toEqual(['failure'])
  })

  test('that another process left, and may have ended with its last breath, is asked about first', async () => {
    start()
    want(running)
    await settled()
    checks.sent = () => Promise.reject(new Error('killed'))
    want(ended('success', 'all steps succeeded'))
    await failures(1)
    await publisher?.stop()
    checks = afterRestart(checks)
    start()
    want(failed)
    await settled()
    expect(methods()).toEqual(['POST', 'PATCH', 'GET', 'POST'])
    expect(states()).toEqual(['success', 'failure'])
  })
})

test('a process that dies after a create finds its check when it comes back', async () => {
  start()
  const sent = checks.sent.bind(checks)
  checks.sent = () => Promise.reject(new Error('killed'))
  want(queued)
  await failures(1)
  checks.sent = sent
  checks.pass(1000)
  await settled()
  expect(states()).toEqual(['queued'])
})

test('repeated failures are repeated ever more slowly', async () => {
  const lost = { method: 'POST', lose: 'before' } as const
  github.faults.push(lost, lost, lost)
  start()
  want(queued)
  await failures(1)
  checks.pass(1000)
  await failures(2)
  checks.pass(1999)
  expect(await checks.due()).toEqual([])
  checks.pass(1)
  await failures(3)
  checks.pass(4000)
  await settled()
  expect(states()).toEqual(['queued'])
})

test('when GitHub asks to wait, the whole installation waits that long', async () => {
  const headers = { 'retry-after': '30' }
  const message = 'You have exceeded a secondary rate limit'
  github.faults.push({ method: 'POST', status: 403, message, headers })
  start()
  want(queued)
  await failures(1)
  expect(checks.pauses).toEqual([30_000])
  want(running, 'other')
  checks.pass(29_999)
  expect(await checks.due()).toEqual([])
  checks.pass(1)
  await settled()
  expect(states().toSorted()).toEqual(['in_progress', 'queued'])
})

test('what GitHub refuses is noted with its message and not repeated at once', async () => {
  github.faults.push({ method: 'POST', status: 422, message: 'No commit found for SHA' })
  start()
  want(queued)
  await failures(1)
  expect(kept()?.errors[0]).toContain('No commit found for SHA')
  checks.pass(60_000)
  expect(await checks.due()).toEqual([])
})

test('credentials that GitHub does not accept pause the installation', async () => {
  github.faults.push({
    method: 'TOKEN',
    status: 401,
    message: 'A JSON web token could not be decoded',
  })
  start()
  want(queued)
  await failures(1)
  expect(checks.pauses).toEqual([60_000])
})

test.each([
  ['is gone', 404, 'Not Found'],
  ['belongs to an older App', 403, 'Invalid app_id `1` - check run can only be modified by …'],
])('a check that %s gets a successor', async (_, status, message) => {
  start()
  want(queued)
  await settled()
  github.faults.push({ method: 'PATCH', status, message })
  want(running)
  await settled()
  expect(states()).toEqual(['queued', 'in_progress'])
  expect(kept()?.row.current?.githubId).toBe(10)
})

test('a check of a repository that seems gone makes Sluice look around, and is dropped in the end', async () => {
  const gone = { method: 'POST', status: 404, message: 'Not Found' }
  github.faults.push(gone, gone, gone)
  start()
  want(queued)
  await failures(1)
  checks.pass(60_000)
  await failures(2)
  expect(checks.settled).toBe(false)
  checks.pass(60_000)
  await settled()
  expect(lostSight).toBe(3)
})

test('a check whose subject is gone is dropped', async () => {
  start()
  checks.want(rowOf(jobRun('test', queued)), null)
  await settled()
  expect(github.requests).toEqual([])
})

describe('an open check that the reconciler touched', () => {
  const old = new Date(Date.now() - 11 * 24 * 3_600_000).toISOString()
  test.each<[string, Partial<KeptRun>]>([
    ['ended on GitHub', { status: 'completed', conclusion: 'stale' }],
    ['is about to be called stale', { started_at: old }],
    ['is not the one we know', { id: 99 }],
  ])('and that %s gets a successor', async (_, change) => {
    start()
    const key = want(running)
    await settled()
    github.runs[0] = {
      ...(github.runs[0] as KeptRun),
      started_at: new Date().toISOString(),
      ...change,
    }
    await checks.touch([key])
    await settled()
    expect(github.runs.map(({ status }) => status).at(-1)).toBe('in_progress')
    expect(kept()?.row.current?.githubId).toBe(10)
    expect(github.runs).toHaveLength(2)
  })
  test('and that stands otherwise is corrected', async () => {
    start()
    const key = want(running)
    await settled()
    const run = github.runs[0] as KeptRun
    github.runs[0] = { ...run, status: 'queued', started_at: new Date().toISOString() }
    await checks.touch([key])
    await settled()
    expect(states()).toEqual(['in_progress'])
  })
})

test('one check never has two requests under way; different checks go side by side', async () => {
  github.delayMs = 20
  let most = 0
  const lease = checks.lease.bind(checks)
  checks.lease = async (installationId, room) => {
    const row = await lease(installationId, room)
    most = Math.max(most, [...checks.rows.values()].filter((one) => one.leased).length)
    return row
  }
  start()
  for (let i = 0; i < 20; i++) want(queued, `job-${i}`)
  for (let i = 0; i < 20; i++) want(running, `job-${i}`)
  await settled()
  expect(states()).toHaveLength(20)
  expect(new Set(states())).toEqual(new Set(['in_progress']))
  expect(most).toBe(4)
})

describe('red is never late', () => {
  const good = ended('success', 'all steps succeeded')
  const bad = ended('failed', 'broken')
  const redAt = () => github.runs.findIndex(({ conclusion }) => conclusion === 'failure')

  test('behind hundreds of others it is among the next five that are sent', async () => {
    github.delayMs = 5
    for (let i = 0; i < 300; i++) want(good, `job-${i}`, 'conclusion')
    start()
    await until('some are sent', () => github.runs.length >= 100)
    const before = github.runs.length
    want(bad, 'test', 'alarm')
    await settled()
    expect(redAt()).toBeGreaterThanOrEqual(before)
    expect(redAt() - before).toBeLessThan(5)
  })

  test('when the others have used up their share, it still goes, and they wait', async () => {
    for (let i = 0; i < 100; i++) want(good, `job-${i}`, 'conclusion')
    start(gitHubLimits)
    await until('their share is used up', () => github.runs.length >= 64)
    want(bad, 'test', 'alarm')
    await until('red is there', () => redAt() >= 0)
    expect(github.runs.length).toBeLessThanOrEqual(72)
    expect(checks.settled).toBe(false)
    expect(checks.pauses).toEqual([])
  })
})

const problems = (count: number): PipelineRun =>
  pipelineRun({
    state: 'errored',
    because: 'errors',
    diagnostics: Array.from({ length: count }, (_, index) => ({
      code: 'x',
      severity: 'error',
      message: `problem ${index}`,
      file: '.circleci/config.yml',
      where: { line: index + 1, column: 1, endLine: index + 1, endColumn: 2 },
      hint: null,
      path: '',
    })),
  })

describe('annotations', () => {
  const wantSluice = (pipeline: PipelineRun): void => {
    const subject = { kind: 'pipeline', pipelineId: pipeline.id } as const
    const row = { ...rowOf(jobRun('x', queued)), key: 'sluice', subject }
    checks.want(row, { kind: 'pipeline', pipelines: [{ pipeline, workflows: [] }] })
  }
  const expected = Array.from({ length: 120 }, (_, index) => `problem ${index}`)
  const annotated = () => github.runs[0]?.annotations.map((one) => one.message)

  test('are sent fifty at a time', async () => {
    wantSluice(problems(120))
    start()
    await settled()
    expect(annotated()).toEqual(expected)
    expect(github.writes).toEqual(['POST check-runs', 'PATCH 9', 'PATCH 9'])
  })

  test('are not doubled when an answer is lost', async () => {
    github.faults.push({ method: 'PATCH', lose: 'after' })
    wantSluice(problems(120))
    start()
    await until('an answer is lost', () => checks.rows.get('sluice')?.errors.length === 1)
    checks.pass(1000)
    await settled()
    expect(annotated()).toEqual(expected)
  })

  test('are not sent again with new words', async () => {
    start()
    wantSluice(problems(3))
    await settled()
    wantSluice({ ...problems(3), notices: ['ann asked for nothing'] })
    await settled()
    expect(annotated()).toEqual(expected.slice(0, 3))
    expect(github.runs).toHaveLength(1)
  })
})

test('a database that is away for a moment delays and loses nothing', async () => {
  const due = checks.due.bind(checks)
  let asked = 0
  checks.due = () => (asked++ < 1 ? Promise.reject(new Error('away')) : due())
  want(queued)
  start()
  await settled()
  expect(states()).toEqual(['queued'])
})

test('stopping waits for what is under way and begins nothing more', async () => {
  github.delayMs = 50
  start()
  want(queued)
  await until('the create is on its way', () => github.writes.length === 1)
  const stopping = publisher?.stop()
  want(running, 'other')
  await stopping
  expect(kept()?.row.current?.githubId).toBe(9)
  expect(github.runs).toHaveLength(1)
})

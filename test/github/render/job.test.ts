import { describe, expect, test } from 'vitest'
import { usualPolicy } from '../../../src/compile/project-settings/approvals.ts'
import type { RenderOptions } from '../../../src/github/render/desired.ts'
import { render } from '../../../src/github/render/render.ts'
import { taskId } from '../../../src/model/ids.ts'
import type { JobState } from '../../../src/model/run.ts'
import {
  ended,
  held,
  jobFacts,
  jobRun,
  pipelineRun,
  queued,
  running,
  workflowRun,
} from '../../support/runs.ts'

const options: RenderOptions = { publicUrl: 'https://sluice.example' }
const check = (state: JobState) => render(jobFacts(jobRun('test', state)), options)
const buttons = (state: JobState) => check(state).actions.map((action) => action.identifier)

describe('every status of a job has its check', () => {
  const completed = (conclusion: string) => ({
    status: 'completed',
    conclusion,
    startedAt: 0,
    completedAt: 65_000,
  })
  test.each([
    ['blocked', { status: 'blocked' }, { status: 'queued' }, 'waits', ['cancel']],
    ['queued', queued, { status: 'queued' }, 'queued', ['cancel']],
    ['running', running, { status: 'in_progress', startedAt: 1000 }, 'running', ['cancel']],
    [
      'on_hold',
      held,
      { ...completed('action_required'), startedAt: 5000, completedAt: null },
      'waits for approval',
      ['approve', 'reject'],
    ],
    ['success', ended('success', 'x'), completed('success'), 'succeeded in 1m 05s', []],
    [
      'failed',
      ended('failed', '"npm test" exited with code 1'),
      completed('failure'),
      'test failed: "npm test" exited with code 1',
      ['rerun-failed', 'rerun-all'],
    ],
    [
      'canceled',
      ended('canceled', 'canceled by ann'),
      completed('cancelled'),
      'canceled by ann',
      ['rerun-failed', 'rerun-all'],
    ],
    [
      'unauthorized',
      ended('unauthorized', 'no access to the context'),
      completed('failure'),
      'not authorized: no access to the context',
      ['rerun-failed', 'rerun-all'],
    ],
    [
      'not_run',
      ended('not_run', 'build failed', null),
      { ...completed('cancelled'), startedAt: null },
      'not run: build failed',
      ['rerun-failed', 'rerun-all'],
    ],
  ] as const)('%s', (_, state, ...[shown, title, actions]) => {
    expect(check(state)).toMatchObject({ state: shown, title })
    expect(buttons(state)).toEqual(actions)
  })
})

test('an approval that was given succeeds at once and says by whom', () => {
  expect(check(ended('success', 'approved by ann', null)).title).toBe('approved by ann')
})

test('a blocked job names what it waits for', () => {
  const facts = jobFacts(jobRun('test', { status: 'blocked' }), { waitingFor: ['build', 'lint'] })
  expect(render(facts, options)).toMatchObject({
    title: 'waits for build, lint',
    summary: expect.stringContaining('Waits for `build`, `lint`.'),
  })
})

test('a held approval says who may decide and what it lets start', () => {
  const policy = {
    allow: { role: 'maintain', teams: ['ops', 'release'], people: ['carl'] },
    notAuthor: true,
    peopleNeeded: 2,
    expiresAfterMs: 60_000,
  } as const
  const hold = { policy, obstacle: null, approvals: [], expiresAt: 65_000 }
  const job = jobRun('hold', { ...held, hold } as JobState)
  const unlocks = [
    { name: 'deploy', contexts: ['prod', 'aws'] },
    { name: 'tell', contexts: [] },
  ]
  const facts = jobFacts({ ...job, planned: { ...job.planned, contexts: ['gate'] } }, { unlocks })
  const { summary, title } = render(facts, options)
  expect(title).toBe(
    'waits for approval by 2 people (each a maintainer, a member of ops or release or carl)',
  )
  expect(summary).toContain(
    'Who may approve or reject: people with maintain access, members of the teams ops or release or carl. Asked',
  )
  expect(summary).toContain('2 different people have to approve; one rejection is enough.')
  expect(summary).toContain('Not the author of this change.')
  expect(summary).toContain('Only who may use `gate` can approve.')
  expect(summary).toContain('canceled if this is not done by 1970-01-01 00:01 UTC.')
  expect(summary).toContain('Approving lets start: `deploy` (uses `prod`, `aws`), `tell`.')
})

const bob = { id: 2, login: 'bob_', type: 'User' }

test('a held approval says who has approved and how many more are needed', () => {
  const policy = { ...usualPolicy('admin'), peopleNeeded: 2 }
  const approvals = [{ person: bob, at: 60_000 }]
  const hold = { policy, obstacle: null, approvals, expiresAt: null }
  const { summary, title } = check({ ...held, hold } as JobState)
  expect(title).toBe('approved by bob_, one more person needed')
  expect(summary).toContain('Approved by bob\\_ at 1970-01-01 00:01 UTC.')
})

test('while the settings are wrong a held approval says which line is', () => {
  const obstacle = 'sluice.yml is wrong in line 3: "x" is not a key'
  const hold = { policy: null, obstacle, approvals: [], expiresAt: null }
  const { summary, title } = check({ ...held, hold } as JobState)
  expect(title).toBe(`nobody can approve: ${obstacle}`)
  expect(summary).toContain('**Nobody may decide now**: sluice.yml is wrong in line 3')
})

test('a decided approval says who decided and when', () => {
  const decisions = [
    { person: bob, at: 60_000 },
    { person: { ...bob, login: 'ann' }, at: 120_000 },
  ]
  const { title, summary } = check({
    ...ended('success', 'approved by bob_ and ann', null),
    decisions,
  } as JobState)
  expect(title).toBe('approved by bob_ and ann')
  expect(summary).toContain('Approved by bob\\_ at 1970-01-01 00:01 UTC.')
  expect(summary).toContain('Approved by ann at 1970-01-01 00:02 UTC.')
})

test('a job that is being canceled says by whom', () => {
  const cancel = { by: 'ann', at: 5 }
  expect(check({ ...running, cancel } as JobState).title).toBe('being canceled by ann')
  expect(check({ ...queued, cancel } as JobState).title).toBe('being canceled by ann')
})

test('a parallel job says how far it is and what its tasks do', () => {
  const task = (index: number) => ({ id: taskId(`t${index}`), index, losses: 0 })
  const tasks = [
    { ...task(0), status: 'ended', outcome: { kind: 'success' } },
    { ...task(1), status: 'running', worker: 'w`1' },
    { ...task(2), status: 'queued' },
  ] as const
  const desired = render(jobFacts(jobRun('test', running, { tasks })), options)
  expect(desired.title).toBe('running, 1 of 3 tasks done')
  expect(desired.summary).toContain(
    '- Task 0: succeeded\n- Task 1: running on ``w`1``\n- Task 2: queued',
  )
})

test('notices come first, the newest on top', () => {
  const job = jobRun('test', running, { notices: ['old news', 'bob asked to cancel: no'] })
  expect(render(jobFacts(job), options).summary).toMatch(
    /^> bob asked to cancel: no\n>\n> old news\n\nJob `test`/,
  )
})

test('the name is workflow, job and label; the link is the page of the job', () => {
  const job = jobRun('test', running)
  const pipeline = pipelineRun(undefined, { label: ' (tag v1)' })
  const desired = render(jobFacts(job, { pipeline }), options)
  expect(desired.name).toBe('build / test (tag v1)')
  expect(desired.detailsUrl).toBe(`https://sluice.example/jobs/${job.id}`)
})

test('only a failed job shows the end of its log', () => {
  const failed = jobFacts(jobRun('test', ended('failed', 'x')), { logTail: 'it broke' })
  expect(render(failed, options).text).toBe('```\nit broke\n```')
  expect(render({ ...failed, job: jobRun('test', running) }, options).text).toBeNull()
})

describe('hostile names and texts stay within the limits', () => {
  const evil = `${'🙂'.repeat(40_000)}\n| [x](http://evil) @all <script> \u202E`
  const base = jobRun('test', ended('failed', evil), { notices: [evil, evil, evil, evil, evil] })
  const job = { ...base, planned: { ...base.planned, name: evil } }
  const many = Array.from({ length: 5000 }, (_, index) => `${index} ${evil.slice(0, 400)}`)
  const facts = jobFacts(job, {
    workflow: workflowRun({ name: evil }),
    waitingFor: many,
    unlocks: many.map((name) => ({ name, contexts: [name] })),
    logTail: evil.repeat(3),
  })
  test.each([
    ['ended', facts],
    ['held', { ...facts, job: { ...job, ...held } }],
    ['blocked', { ...facts, job: { ...job, status: 'blocked' } }],
  ] as const)('%s', (_, one) => {
    const { name, title, summary, text } = render(one, options)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
    expect(Buffer.byteLength(title)).toBeLessThanOrEqual(255)
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535)
    expect(Buffer.byteLength(text ?? '')).toBeLessThanOrEqual(65_535)
    expect(`${name}${title}`).not.toMatch(/[\n\u202E\uFFFD]/)
  })
})

test('long names that begin alike stay different checks', () => {
  const named = (name: string) => {
    const job = jobRun('x', running)
    return render(jobFacts({ ...job, planned: { ...job.planned, name } }), options).name
  }
  const long = 'x'.repeat(300)
  expect(named(`${long}a`)).not.toBe(named(`${long}b`))
  expect(named(`${long}a`)).toBe(named(`${long}a`))
})

test('a job that is run anew gets no check any more if it has none yet: it would stand for the new one', () => {
  const job = jobRun('test', ended('failed', 'x'))
  expect(render(jobFacts(job, { runsAgain: true }), options).silent).toBe(true)
  expect(render(jobFacts(job, { runsAgain: false }), options).silent).toBe(false)
})

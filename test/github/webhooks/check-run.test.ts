import { describe, expect, test } from 'vitest'
import { clickEvents, readClick } from '../../../src/github/webhooks/check-run.ts'
import { isIgnored } from '../../../src/github/webhooks/reading.ts'
import { pipelineId } from '../../../src/model/ids.ts'
import type { PipelineFacts } from '../../../src/ports/checks.ts'
import { checkRunPayload, sender } from '../../support/payloads.ts'
import {
  ended,
  jobFacts,
  jobRun,
  pipelineRun,
  queued,
  uuid,
  workflowRun,
} from '../../support/runs.ts'

const self = { appId: 77, addresses: { web: 'https://github.com' } }
const external = `${uuid('a')}/${uuid('b')}/${uuid('c')}/0`
const delivery = (payload: unknown) => ({ id: 'd1', name: 'check_run', payload, receivedAt: 99 })
const read = (payload: unknown) => readClick(delivery(payload), self)

describe('a click', () => {
  test.each(['approve', 'reject', 'cancel', 'rerun-failed', 'rerun-all'])(
    'on %s is read',
    (identifier) => {
      expect(read(checkRunPayload(external, { requested_action: { identifier } }))).toEqual({
        externalId: external,
        action: identifier,
        by: { id: 21, login: 'ann', type: 'User' },
      })
    },
  )
  test("on GitHub's own re-run has no action of ours", () => {
    const payload = checkRunPayload(external, {
      action: 'rerequested',
      requested_action: undefined,
    })
    expect(read(payload)).toMatchObject({ externalId: external, action: null })
  })
  test('by a bot is passed on: the engine refuses it where people can read that', () => {
    const bot = { id: 3, login: 'helper[bot]', type: 'Bot' }
    expect(read(checkRunPayload(external, { sender: bot }))).toMatchObject({ by: bot })
  })
})

const run = checkRunPayload(external).check_run
test.each([
  [
    'another App',
    { check_run: { ...run, app: { id: 78, slug: 'other' } } },
    'a check of another App',
  ],
  ['no App', { check_run: { ...run, app: null } }, 'a check of another App'],
  [
    'this App itself',
    { sender: { ...sender, login: 'sluice[bot]', type: 'Bot' } },
    'a click by this App',
  ],
  [
    'a foreign check',
    { check_run: { ...run, external_id: 'x' } },
    'a check that Sluice did not create',
  ],
  ['nobody', { sender: null }, 'a click without a sender'],
  [
    'an unknown button',
    { requested_action: { identifier: 'rerun-job' } },
    'a button that Sluice did not offer',
  ],
  ['no button', { requested_action: {} }, 'a button that Sluice did not offer'],
])('a click of %s is ignored', (_, change, reason) => {
  expect(read(checkRunPayload(external, change))).toMatchObject({ ignored: reason })
})

const click = (action: 'approve' | 'cancel' | 'rerun-failed' | 'rerun-all' | null) => ({
  externalId: external,
  action,
  by: sender,
})
const job = jobRun('test', queued)
const rowOf = (subject: object) => ({ subject }) as Parameters<typeof clickEvents>[1]['row']
const jobRow = rowOf({ kind: 'job', jobId: job.id, pipelineId: job.pipelineId })

describe('what a click on the check of a job asks for', () => {
  const events = (action: Parameters<typeof click>[0], current = true) =>
    clickEvents(click(action), { row: jobRow, current, facts: jobFacts(job) }, delivery(null))
  test('is its button', () => {
    expect(events('approve')).toEqual([
      {
        key: `d1/${uuid('a')}`,
        event: {
          type: 'action-requested',
          pipelineId: pipelineId(uuid('a')),
          at: 99,
          action: 'approve',
          jobId: job.id,
          current: true,
          by: sender,
        },
      },
    ])
  })
  test("is this job again, where it was GitHub's own re-run", () => {
    expect(events(null)[0]?.event).toMatchObject({ action: 'rerun-job', jobId: job.id })
  })
  test('is marked when the check is outdated', () => {
    expect(events('approve', false)[0]?.event).toMatchObject({ current: false })
  })
})

describe('what a click on the sluice check asks for', () => {
  const view = (end: string, state: 'success' | 'failed' | 'running') => ({
    pipeline: pipelineRun(undefined, { id: pipelineId(uuid(end)) }),
    workflows: [
      {
        workflow: workflowRun({ status: state }),
        jobs: [state === 'running' ? job : jobRun('x', ended(state, 'y'))],
      },
    ],
  })
  const facts: PipelineFacts = {
    kind: 'pipeline',
    pipelines: [view('1', 'success'), view('2', 'failed'), view('3', 'running')],
  }
  const row = rowOf({ kind: 'pipeline', pipelineId: pipelineId(uuid('1')) })
  const asked = (action: Parameters<typeof click>[0], known: PipelineFacts | null = facts) =>
    clickEvents(click(action), { row, current: true, facts: known }, delivery(null)).map(
      ({ event }) => event,
    )
  test.each([
    ['everything again, of each branch', 'rerun-all', ['1', '2', '3']],
    ['from failed, of those that did not succeed', 'rerun-failed', ['2', '3']],
    ['to cancel, of those that still run', 'cancel', ['3']],
  ] as const)('%s', (_, action, ends) => {
    expect(asked(action).map((event) => event.pipelineId)).toEqual(ends.map((end) => uuid(end)))
    expect(asked(action).every((event) => 'jobId' in event && event.jobId === null)).toBe(true)
  })
  test("GitHub's own re-run is from failed", () => {
    expect(asked(null)[0]).toMatchObject({ action: 'rerun-failed', pipelineId: uuid('2') })
  })
  test('a click that fits no pipeline still reaches the engine, which answers it', () => {
    const one = { ...facts, pipelines: [view('1', 'success')] }
    expect(asked('cancel', one)).toMatchObject([{ pipelineId: uuid('1') }])
    expect(asked('cancel', null)).toMatchObject([{ pipelineId: uuid('1') }])
  })
  test('each event has its own key', () => {
    const all = clickEvents(click('rerun-all'), { row, current: true, facts }, delivery(null))
    expect(new Set(all.map(({ key }) => key)).size).toBe(3)
  })
})

test('a click is not read from a payload of garbage', () => {
  for (const payload of [null, 1, 'x', [], {}, { check_run: 'x' }])
    expect(isIgnored(read(payload))).toBe(true)
})

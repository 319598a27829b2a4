import { expect, test } from 'vitest'
import {
  digestOf,
  nextRequest,
  type Standing,
  unknownDigest,
} from '../../../src/github/publisher/next-request.ts'
import type { CheckState, DesiredCheck } from '../../../src/github/render/desired.ts'
import { pipelineId } from '../../../src/model/ids.ts'
import { uuid } from '../../support/runs.ts'

const ids = { pipelineId: pipelineId(uuid('a')), workflowId: null, jobId: null }
const named = (sequence: number) => `${uuid('a')}/sluice/${sequence}`

const desired = (state: CheckState, change: Partial<DesiredCheck> = {}): DesiredCheck => ({
  name: 'sluice',
  state,
  title: 'a title',
  summary: 'a summary',
  text: null,
  annotations: [],
  actions: [],
  detailsUrl: 'https://sluice.example',
  silent: false,
  ...change,
})

const queued = desired({ status: 'queued' })
const open = desired({ status: 'in_progress', startedAt: null })
const ended = (conclusion: 'success' | 'failure' | 'action_required') =>
  desired({ status: 'completed', conclusion, startedAt: null, completedAt: 5 })

const standing = (last: DesiredCheck | null, change: Partial<Standing> = {}): Standing => ({
  current: last && {
    githubId: 9,
    externalId: named(0),
    completed: last.state.status === 'completed',
    digest: digestOf(last),
  },
  sequence: 0,
  unfound: null,
  ...change,
})

const kinds: readonly (readonly [string, DesiredCheck | null, DesiredCheck, string])[] = [
  ['a first state is created', null, queued, 'create'],
  ['a first state that is the last is created as such', null, ended('success'), 'create'],
  ['what GitHub has is not sent', open, open, 'nothing'],
  ['what ended and is the same is not sent', ended('failure'), ended('failure'), 'nothing'],
  ['an open check moves on', queued, open, 'update'],
  ['an open check may go back', open, queued, 'update'],
  ['an open check ends', open, ended('success'), 'update'],
  ['new words on an open check', open, { ...open, title: 'other' }, 'update'],
  [
    'new words on an ended check',
    ended('failure'),
    { ...ended('failure'), title: 'other' },
    'update',
  ],
  ['an ended check is not opened again', ended('failure'), open, 'create'],
  ['an ended check does not change its conclusion', ended('failure'), ended('success'), 'create'],
  ['an approval that was decided', ended('action_required'), ended('success'), 'create'],
  [
    'a re-run that ended as before, unseen',
    ended('success'),
    { ...ended('success'), reruns: 1 },
    'create',
  ],
  ['silence stays silent', null, { ...ended('success'), silent: true }, 'nothing'],
  [
    'what was begun is ended also where nothing is shown',
    queued,
    { ...ended('success'), silent: true },
    'update',
  ],
]

test.each(kinds)('%s', (_, last, wanted, kind) => {
  expect(nextRequest(standing(last), wanted, ids).kind).toBe(kind)
})

test.each([
  ['the first', standing(null), 0],
  ['the first of a row that had others', standing(null, { sequence: 3 }), 3],
  ['the one after the current', standing(ended('failure'), { sequence: 0 }), 1],
  ['the one after the current of many', standing(ended('failure'), { sequence: 4 }), 5],
] as const)('the name of a new check is unused: %s', (_, from, sequence) => {
  expect(nextRequest(from, ended('success'), ids)).toEqual({
    kind: 'create',
    externalId: named(sequence),
  })
})

test('the name counts on from a run that was found after a lost answer', () => {
  const found = {
    githubId: 12,
    externalId: named(4),
    completed: true,
    digest: unknownDigest('failure'),
  }
  expect(nextRequest(standing(null, { current: found, sequence: 1 }), open, ids)).toEqual({
    kind: 'create',
    externalId: named(5),
  })
})

test('a create that never happened is sent again under its own name', () => {
  const before = standing(null, { unfound: named(2) })
  expect(nextRequest(before, queued, ids)).toEqual({ kind: 'create', externalId: named(2) })
})

test('a run of which only the outcome is known is told everything once', () => {
  const found = {
    githubId: 12,
    externalId: named(0),
    completed: true,
    digest: unknownDigest('failure'),
  }
  expect(nextRequest(standing(null, { current: found }), ended('failure'), ids).kind).toBe('update')
})

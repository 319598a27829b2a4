import { expect, test } from 'vitest'
import {
  expectClean,
  expectError,
  expectFinding,
  graphOf,
  jobIn,
  jobsNamed,
  planFor,
} from './support.ts'

const withJob = (job: string) => `version: 2.1
jobs:
  it: ${job} # here
workflows: { w: { jobs: [it] } }
`

test.each([
  ['a build without steps', '{ machine: true }', [/steps/]],
  ['a release without a plan', '{ type: release }', [/plan_name/]],
  ['a lock without a key', '{ type: lock }', [/key/]],
  ['an unlock without a key', '{ type: unlock }', [/key/]],
])('oracle 46: %s is an error', (_about, job, says) => {
  expectFinding(withJob(job), { severity: 'error', says })
})

test.each([
  ['approval', '{ type: approval, steps: [checkout] }'],
  ['no-op', '{ type: no-op }'],
  ['release', '{ type: release, plan_name: p }'],
  ['lock', '{ type: lock, key: k }'],
  ['unlock', '{ type: unlock, key: k }'],
])('oracle 46: a job may be of type %s', (type, job) => {
  expectClean(withJob(job), 'error')
  expect(jobIn(planFor(withJob(job)))).toMatchObject({ name: 'it', type, body: null })
})

const approvalOf = (type: string) =>
  `version: 2.1\nworkflows: { w: { jobs: [{ hold: { type: ${type} } }] } }\n`

test('oracle 47: an approval needs no definition, and may be quoted', () => {
  for (const type of ['approval', '"approval"'])
    expect(jobIn(planFor(approvalOf(type)))).toMatchObject({ name: 'hold', type: 'approval' })
})

test('oracle 47: another word is no type of an invocation', () => {
  expectError(approvalOf('approve'), [/approve/, /approval/])
  const written = withJob('{ type: bild, machine: true, steps: [checkout] }')
  expectError(written, [/bild/, /approval/, /build/, /no-op/, /release/, /\block/, /unlock/])
})

const needing = (...jobs: readonly string[]) =>
  `version: 2.1\n${jobsNamed('a', 'b', 'c')}workflows: { w: { jobs: [${jobs.join(', ')}] } }\n`

test.each([
  ['a chain', ['a', '{ b: { requires: [a] } }', '{ c: { requires: [b] } }'], ''],
  ['a fan', ['a', '{ b: { requires: [a] } }', '{ c: { requires: [a] } }'], ''],
  ['two', ['{ a: { requires: [b] } }', '{ b: { requires: [a] } }'], 'ab'],
  [
    'three',
    ['{ a: { requires: [c] } }', '{ b: { requires: [a] } }', '{ c: { requires: [b] } }'],
    'abc',
  ],
])('oracle 48: %s in a row or a round', (_about, jobs, cycle) => {
  if (cycle === '') expectClean(needing(...jobs), 'error')
  else
    expectError(needing(...jobs), [
      /cycle|wait for each other|circle|itself/i,
      ...cycle.split('').map((name) => new RegExp(`\\b${name}\\b`)),
    ])
})

test.each([
  ['a requirement', '{ a: { requires: [nobody] } }', [/nobody/, /\ba\b/, /\bw\b/]],
  ['a job', 'nobody', [/nobody/]],
  ['a job of an orb', 'some/nobody', [/some\/nobody|some/]],
])('oracle 49: %s that does not exist is an error', (_about, job, says) => {
  expectError(needing('b', job), says)
  const orb = `${needing('b', job)}orbs: { some: { jobs: {} } }\n`
  expectError(orb, says)
})

test('oracle 50: all five statuses are more shortly `terminal`', () => {
  const all = '[success, failed, canceled, unauthorized, not_run]'
  const text = `version: 2.1
${jobsNamed('a', 'b')}workflows:
  w:
    jobs:
      - a
      - b:
          requires:
            - a: ${all} # here
`
  expectFinding(text, { severity: 'hint', says: [/terminal/] })
  expectClean(text.replace(all, 'terminal'), 'hint')
  expect(graphOf(text)).toEqual(graphOf(text.replace(all, 'terminal')))
})

const withReruns = (value: string) => `version: 2.1
${jobsNamed('a')}workflows:
  w:
    max_auto_reruns: ${value} # here
    jobs: [a]
`

test('oracle 53: a workflow may be run again automatically one to five times', () => {
  for (const value of [1, 3, 5])
    expect(planFor(withReruns(String(value))).workflows[0]?.maxAutoReruns).toBe(value)
  for (const value of ['0', '6', '"3"'])
    expectFinding(withReruns(value), {
      severity: 'error',
      says: [/max_auto_reruns/, /[15]|integer|whole number/],
    })
})

const withRun = (keys: string) => `version: 2.1
jobs:
  it:
    machine: true
    steps:
      - run: { command: go, ${keys} } # here
workflows: { w: { jobs: [it] } }
`

test('oracle 54: what runs in the background is not run again', () => {
  const says = [/background/]
  expectFinding(withRun('background: true, max_auto_reruns: 2'), { severity: 'error', says })
  const delayed = withRun('background: true, max_auto_reruns: 2, auto_rerun_delay: 10s')
  expectFinding(delayed, { severity: 'error', says })
  const fine = withRun('background: false, max_auto_reruns: 2, auto_rerun_delay: 10s')
  expect(jobIn(planFor(fine)).body?.steps).toMatchObject([
    { maxAutoReruns: 2, autoRerunDelayMs: 10_000, background: false },
  ])
})

const withCheckout = (keys: string) =>
  withRun('name: n').replace(/run: .*\}/, `checkout: { ${keys} }`)

test('oracle 55: checkout is full, or shallow to a depth', () => {
  expect(jobIn(planFor(withCheckout('method: full'))).body?.steps).toMatchObject([
    { method: 'full' },
  ])
  const shallow = planFor(withCheckout('method: shallow, depth: 1'))
  expect(jobIn(shallow).body?.steps).toMatchObject([{ method: 'shallow', depth: 1 }])
  expectFinding(withCheckout('method: deep'), { severity: 'error', says: [/deep/, /full/] })
  expectFinding(withCheckout('method: shallow'), { severity: 'error', says: [/depth/] })
})

test('oracle 83: without a workflow and a job called build there is nothing to do', () => {
  const text = 'version: 2.1\nsetup: true\njobs: { setup: { machine: true, steps: [checkout] } }\n'
  expectError(text, [/build/, /workflow/])
})

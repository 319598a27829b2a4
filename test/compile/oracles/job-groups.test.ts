import { expect, test } from 'vitest'
import type { PlannedJob } from '../../../src/model/plan.ts'
import { expectError, jobsNamed, planFor } from './support.ts'

const withGroup = (
  invocations: string,
  members = '[deploy, { release: { requires: [deploy] } }]',
) =>
  `version: 2.1
${jobsNamed('build', 'deploy', 'release', 'notify', 'lint')}job-groups:
  ship:
    jobs: ${members}
  other:
    jobs: [lint]
workflows:
  w:
    jobs:
${invocations}
`

const jobsOf = (text: string): readonly PlannedJob[] => planFor(text).workflows[0]?.jobs ?? []

/** The job whose definition this is; what a group adds of itself has no definition. */
function runOf(jobs: readonly PlannedJob[], key: string): PlannedJob {
  const job = jobs.find((one) => one.job === key && one.body !== null)
  if (job === undefined) throw new Error(`nothing runs ${key}`)
  return job
}

const required = (jobs: readonly PlannedJob[], { requires }: PlannedJob) =>
  requires.flatMap(({ job }) => jobs.filter(({ name }) => name === job))

const grouped = withGroup(
  `      - build
      - ship: { requires: [build] }
      - notify: { requires: [ship] }`,
)

test('oracle 52: a group begins after what it requires, and who requires it waits for its end', () => {
  const jobs = jobsOf(grouped)
  const [start] = required(jobs, runOf(jobs, 'deploy'))
  const [end] = required(jobs, runOf(jobs, 'notify'))
  expect(start).toMatchObject({
    type: 'no-op',
    requires: [{ job: 'build', statuses: ['success'] }],
  })
  expect(end).toMatchObject({ type: 'no-op' })
  expect(end?.requires.map(({ job }) => job)).toContain(runOf(jobs, 'release').name)
  expect(end?.requires.every(({ statuses }) => statuses.join() === 'success')).toBe(true)
  expect(required(jobs, runOf(jobs, 'release'))).toContainEqual(runOf(jobs, 'deploy'))
})

test('oracle 51: a group with a serial group holds a lock until its end, whatever happens in it', () => {
  const text = withGroup(`      - ship: { serial-group: "<< pipeline.project.slug >>/prod" }`)
  const jobs = jobsOf(text)
  const [start] = required(jobs, runOf(jobs, 'deploy'))
  expect(start).toMatchObject({ type: 'lock', serialGroup: 'gh/acme/shop/prod' })
  const unlock = jobs.find(({ type }) => type === 'unlock')
  expect(unlock?.serialGroup).toBe(start?.serialGroup)
  expect(unlock?.requires.every(({ statuses }) => statuses.length === 5)).toBe(true)
})

test('a lock and an unlock that stand in jobs are about the group of their key', () => {
  const jobs = jobsOf(`version: 2.1
jobs:
  take: { type: lock, key: prod }
  give: { type: unlock, key: prod }
workflows: { w: { jobs: [take, give: { requires: [take] }] } }`)
  expect(jobs.map(({ type, serialGroup }) => [type, serialGroup])).toEqual([
    ['lock', 'prod'],
    ['unlock', 'prod'],
  ])
})

test('oracle 51: invocations of one group have names of their own, and so have their members', () => {
  const text = withGroup(`      - ship: { name: staging }
      - ship: { name: production, requires: [staging] }`)
  const jobs = jobsOf(text)
  expect(new Set(jobs.map(({ name }) => name)).size).toBe(jobs.length)
  const deploys = jobs.filter(({ job, body }) => job === 'deploy' && body !== null)
  expect(deploys.map(({ name }) => name)).toEqual([
    expect.stringMatching(/^staging.*deploy$/),
    expect.stringMatching(/^production.*deploy$/),
  ])
})

test.each([
  ['twice without a name', '- ship\n      - ship', [/ship/, /name/]],
  ['with a matrix', '- ship: { matrix: { parameters: { a: [1] } } }', [/matrix/]],
  ['with a context', '- ship: { context: [c] }', [/context/]],
  ['with steps before', '- ship: { pre-steps: [checkout] }', [/pre-steps/]],
  ['with steps behind', '- ship: { post-steps: [checkout] }', [/post-steps/]],
  ['with a type', '- ship: { type: approval }', [/type/]],
  ['with an override', '- ship: { override-with: orb/job }', [/override-with/]],
  ['with an argument', '- ship: { speed: 3 }', [/speed/]],
  [
    'with a member required from outside',
    '- ship\n      - notify: { requires: [release] }',
    [/release/],
  ],
])('oracle 51: a group is not invoked %s', (_about, invocations, says) => {
  expectError(withGroup(`      ${invocations}`), says)
})

test.each([
  ['has a group in it', '[other]', [/other/, /group/]],
  ['requires a member of another', '[{ deploy: { requires: [lint] } }]', [/lint/]],
  ['gives a member a serial group', '[{ deploy: { serial-group: x } }]', [/serial-group/]],
])('oracle 51: no group %s', (_about, members, says) => {
  expectError(withGroup('      - ship\n      - other', members), says)
})

test('oracle 51: a group has no parameters, nor the name of a job', () => {
  const text = withGroup('      - ship')
  const parameters = text.replace('  ship:\n', '  ship:\n    parameters: { a: { type: string } }\n')
  expectError(parameters, [/parameters/])
  expectError(text.replaceAll('ship', 'notify'), [/notify/, /job/])
})

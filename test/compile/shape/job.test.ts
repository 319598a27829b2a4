import { expect, test } from 'vitest'
import { withExecutor } from '../../../src/compile/shape/job.ts'
import { executorOf, jobOf } from './support.ts'

const docker = 'docker: [{ image: "cimg/base:2024.01" }]\n'

test('a job holds what was written', () => {
  const { value, found } = jobOf(`${docker}working_directory: ~/here
environment: { A: b }
shell: /bin/sh -e
resource_class: large
parallelism: 4
retention: { caches: 7d }
description: words
steps: [checkout]
`)
  expect(found).toEqual([])
  expect(value).toMatchObject({
    name: { value: 'build' },
    type: 'build',
    executors: [{ value: { kind: 'docker' } }],
    steps: { value: [{ type: 'checkout' }] },
    workingDirectory: '~/here',
    environment: { A: 'b' },
    shell: '/bin/sh -e',
    resourceClass: 'large',
    parallelism: { value: 4 },
    cacheRetentionDays: 7,
    key: null,
    planName: null,
    incomplete: false,
  })
})

test('a job without keys has nothing, and nothing is invented', () => {
  expect(jobOf('description:').value).toMatchObject({
    type: 'build',
    executors: [],
    steps: null,
    workingDirectory: null,
    environment: {},
    shell: null,
    resourceClass: null,
    parallelism: null,
    cacheRetentionDays: null,
    incomplete: false,
  })
})

test('an empty list of steps is a list of steps', () => {
  expect(jobOf(`${docker}steps: []`).value.steps?.value).toEqual([])
})

test('V7: an unknown key of a job is an error in 2.1, with the key that was meant', () => {
  const { found, hints } = jobOf('enviroment: { A: b }')
  expect(found).toEqual(['1:1 error unknown-key: "enviroment" is not a key of a job'])
  expect(hints).toEqual(['Did you mean environment?'])
})

test('V7: in version 2 CircleCI ignores unknown keys, so that they are a warning', () => {
  expect(jobOf('filters: { branches: { only: main } }', '2').found).toEqual([
    '1:1 warning ignored-key: "filters" is not a key of a job and has no effect',
  ])
})

test.each([
  ['filters: {}', 'It belongs to the job in a workflow'],
  ['requires: []', 'It belongs to the job in a workflow'],
  ['context: a', 'It belongs to the job in a workflow'],
  ['image: a', 'one level deeper, below `docker` or `machine`'],
  ['run: a', 'It is a step'],
  ['when: always', 'It belongs to a step or to a workflow'],
])('V7: `%s` in a job is told where it belongs', (text, advice) => {
  const { found, hints } = jobOf(text)
  expect(found).toEqual([expect.stringMatching(/^1:1 error unknown-key/)])
  expect(hints).toEqual([expect.stringContaining(advice)])
})

test('V35: a job has no automatic reruns, steps and workflows have', () => {
  const { found, hints } = jobOf('max_auto_reruns: 2')
  expect(found).toEqual(['1:1 error unknown-key: "max_auto_reruns" is not a key of a job'])
  expect(hints).toEqual(['It belongs to a `run` step or to a workflow.'])
})

test('V46: branches of a job are an old form, which workflows replaced', () => {
  expect(jobOf('branches: { only: main }').found).toEqual([
    '1:1 warning ignored-key: branches has no effect here: it is an old form; use `filters` in a workflow',
  ])
})

test('V5: executor and parameters need version 2.1', () => {
  expect(jobOf('executor: a\nparameters: {}', '2').found).toEqual([
    '1:1 error needs-2.1: executor needs version 2.1',
    '2:1 error needs-2.1: parameters needs version 2.1',
  ])
})

test.each(['build', 'approval', 'no-op'])('a job may be of type %s', (type) => {
  const { value, found } = jobOf(`type: ${type}`)
  expect(value.type).toBe(type)
  expect(found).toEqual([])
})

test('V39: a wrong type is refused with the six that there are', () => {
  const { value, found, hints } = jobOf('type: bild')
  expect(value.type).toBe('build')
  expect(found).toEqual(['1:7 error bad-value: type cannot be "bild"'])
  expect(hints).toEqual([
    'Did you mean build? Allowed: build, approval, no-op, release, lock, unlock.',
  ])
})

test('a lock, an unlock and a release keep what they are about; a release says that it does nothing', () => {
  const lock = jobOf('type: lock\nkey: k')
  expect(lock.value).toMatchObject({ type: 'lock', key: 'k' })
  expect(lock.found).toEqual([])
  expect(jobOf('type: unlock\nkey: k').value).toMatchObject({ type: 'unlock', key: 'k' })
  const release = jobOf('type: release\nplan_name: p\nvalidation: { enabled: true }')
  expect(release.value).toMatchObject({ type: 'release', planName: 'p' })
  expect(release.found).toEqual([expect.stringMatching(/^1:7 warning unsupported/)])
})

test.each([
  ['lock', 'key'],
  ['unlock', 'key'],
  ['release', 'plan_name'],
])('a job of type %s needs %s', (type, key) => {
  expect(jobOf(`type: ${type}`).found).toContain(`1:1 error missing-key: ${key} is missing`)
})

test('an approval ignores other keys, even in version 2.1', () => {
  expect(jobOf('type: approval\nwhatever: 1').found).toEqual([
    '2:1 warning ignored-key: "whatever" is not a key of a job and has no effect',
  ])
})

test.each([
  ['1', 1],
  ['1000', 1000],
  ['0x10', 16],
])('parallelism may be %s', (written, number) => {
  const { value, found } = jobOf(`parallelism: ${written}`)
  expect(value.parallelism?.value).toBe(number)
  expect(found).toEqual([])
})

test.each([
  ['0', 'bad-value: parallelism must be between 1 and 1000, this is 0'],
  ['-1', 'bad-value: parallelism must be between 1 and 1000, this is -1'],
  ['1001', 'bad-value: parallelism must be between 1 and 1000, this is 1001'],
  [
    '1.5',
    'wrong-type: parallelism must be a whole number, without quotes, this is a number ("1.5")',
  ],
  ['"2"', 'wrong-type: parallelism must be a whole number, without quotes, this is a text ("2")'],
])('V43: parallelism cannot be %s', (written, message) => {
  const { value, found } = jobOf(`parallelism: ${written}`)
  expect(value.parallelism).toBeNull()
  expect(found).toEqual([`1:14 error ${message}`])
})

test('addresses are those of the machine, whatever circleci_ip_ranges asks for', () => {
  expect(jobOf('circleci_ip_ranges: true').found).toEqual([
    expect.stringMatching(/^1:1 warning ignored-key: circleci_ip_ranges has no effect here/),
  ])
})

test.each(['docker', 'machine', 'macos', 'windows', 'executor', 'type', 'steps'])(
  'a job whose %s is unknown is incomplete, and nothing is reported',
  (key) => {
    const { value, found } = jobOf(key === 'steps' ? 'steps: [=unknown]' : `${key}: =unknown`)
    expect(value.incomplete).toBe(true)
    expect(found).toEqual([])
  },
)

test('a job that runs in an image nobody knows is incomplete', () => {
  const { value, found } = jobOf('docker: [{ image: =unknown, user: root }]')
  expect(value.incomplete).toBe(true)
  expect(found).toEqual([])
})

test('unknown values of other keys leave a job complete', () => {
  const text = `${docker}shell: =unknown\nenvironment: =unknown\nparallelism: =unknown
resource_class: =unknown\nworking_directory: =unknown\nretention: =unknown\n`
  const { value, found } = jobOf(text)
  expect(value).toMatchObject({ incomplete: false, parallelism: null, environment: {} })
  expect(found).toEqual([])
})

const executor = executorOf(`docker: [{ image: "cimg/node:20" }]
environment: { A: executor, B: executor }
working_directory: ~/executor
shell: executor
resource_class: small
`).value

test('a job gets what only its executor says', () => {
  const job = withExecutor(jobOf('parallelism: 2').value, executor)
  expect(job).toMatchObject({
    executors: [{ value: { images: [{ image: 'cimg/node:20' }] } }],
    environment: { A: 'executor', B: 'executor' },
    workingDirectory: '~/executor',
    shell: 'executor',
    resourceClass: 'small',
    parallelism: { value: 2 },
    incomplete: false,
  })
})

test('what a job says replaces what its executor says, and variables are put together', () => {
  const own = `${docker}environment: { B: job, C: job }
working_directory: ~/job\nshell: job\nresource_class: large`
  expect(withExecutor(jobOf(own).value, executor)).toMatchObject({
    executors: [{ value: { images: [{ image: 'cimg/base:2024.01' }] } }],
    environment: { A: 'executor', B: 'job', C: 'job' },
    workingDirectory: '~/job',
    shell: 'job',
    resourceClass: 'large',
  })
})

test('V8: a job with another kind than its executor runs in one place, its own', () => {
  const job = withExecutor(jobOf('machine: { image: a }').value, executor)
  expect(job.executors.map(({ value }) => value.kind)).toEqual(['machine'])
})

test('V8: two kinds in one map are both kept, with their places, for a rule to refuse', () => {
  const { value } = jobOf(`${docker}machine: { image: a }`)
  expect(value.executors.map(({ value: one, at }) => [one.kind, at.path])).toEqual([
    ['docker', 'docker'],
    ['machine', 'machine'],
  ])
})

test('an unknown executor leaves a job incomplete, unless the job says itself where it runs', () => {
  const unknown = executorOf('docker: =unknown').value
  expect(withExecutor(jobOf('parallelism: 2').value, unknown).incomplete).toBe(true)
  expect(withExecutor(jobOf(docker).value, unknown).incomplete).toBe(false)
})

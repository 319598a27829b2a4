import { expect, test } from 'vitest'
import { WrongCall } from '../../src/cli/failure.ts'
import { type PlanOptions, plan } from '../../src/cli/plan.ts'
import { validate } from '../../src/cli/validate.ts'
import { world } from './world.ts'

const good = `version: 2.1
jobs:
  build: { machine: { image: default }, steps: [checkout], parallelism: 3 }
  test: { machine: { image: default }, steps: [checkout] }
workflows:
  main:
    jobs:
      - build
      - hold: { type: approval, requires: [build], context: deploys }
      - test: { requires: [{ build: [success, failed] }], filters: { branches: { only: main } } }
  release:
    jobs: [{ build: { filters: { tags: { only: /^v.*/ }, branches: { ignore: /.*/ } } } }]
`
const bad = 'version: 2\njobs:\n  biuld: { machine: { image: default }, steps: [checkout] }\n'

const options: PlanOptions = {
  json: false,
  branch: null,
  tag: null,
  event: 'push',
  sha: null,
  parameters: {},
  facts: null,
  offline: false,
}

test('validate says that a sound file is valid', async () => {
  const { io, out, err } = world({ 'a.yml': good })
  expect(await validate(['a.yml'], { json: false }, io)).toBe(0)
  expect(out).toEqual(['a.yml is valid'])
  expect(err).toEqual([])
})

test('validate reads the usual file unless told otherwise, and standard input for a dash', async () => {
  const { io, out } = world({ '.circleci/config.yml': good, '-': good })
  expect(await validate([], { json: false }, io)).toBe(0)
  expect(await validate(['-'], { json: false }, io)).toBe(0)
  expect(out).toEqual(['.circleci/config.yml is valid', '- is valid'])
})

test("validate takes a file of its name for a repository's settings", async () => {
  const files = { '.circleci/sluice.yml': 'forks: hold', 'b/sluice.yml': 'fork: hold' }
  const { io, out, err } = world(files)
  expect(await validate(['.circleci/sluice.yml'], { json: false }, io)).toBe(0)
  expect(await validate(['b/sluice.yml'], { json: false }, io)).toBe(1)
  expect(out).toEqual(['.circleci/sluice.yml is valid'])
  expect(err.join()).toContain('b/sluice.yml:1:1: error unknown-key')
})

test('validate explains every file, also behind one with errors', async () => {
  const { io, out, err } = world({ 'a.yml': bad, 'b.yml': good })
  expect(await validate(['a.yml', 'b.yml'], { json: false }, io)).toBe(1)
  expect(err.join('\n')).toContain('a.yml:1:1: error no-workflow: ')
  expect(err.join('\n')).toContain('  hint: Did you mean build, where it says biuld?')
  expect(out).toEqual(['b.yml is valid'])
})

test('validate --json prints one object a diagnostic', async () => {
  const { io, out, err } = world({ 'a.yml': bad })
  expect(await validate(['a.yml'], { json: true }, io)).toBe(1)
  expect(err).toEqual([])
  expect(out.map((line): unknown => JSON.parse(line))).toEqual([
    {
      file: 'a.yml',
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
      severity: 'error',
      code: 'no-workflow',
      message: expect.any(String),
      hint: expect.any(String),
      path: '',
    },
  ])
})

test('validate looks at every filter, whatever branch is checked out', async () => {
  const text = good.replace('/^v.*/', '/(/')
  const { io, err } = world({ 'a.yml': text }, 'main')
  expect(await validate(['a.yml'], { json: false }, io)).toBe(1)
  expect(err.join('\n')).toContain('bad-pattern')
})

test('a file that cannot be read is a wrong call, the others are answered', async () => {
  const { io, out, err } = world({ 'a.yml': good })
  expect(await validate(['none.yml', 'a.yml'], { json: false }, io)).toBe(2)
  expect(err).toEqual(['sluice: cannot read none.yml: ENOENT: no such file'])
  expect(out).toEqual(['a.yml is valid'])
})

test('a file that is not there is told without the words of the system', async () => {
  const { io, err } = world({})
  const readFile = () => Promise.reject(Object.assign(new Error('ENOENT: …'), { code: 'ENOENT' }))
  expect(await validate([], { json: false }, { ...io, readFile })).toBe(2)
  expect(err).toEqual([
    'sluice: cannot read .circleci/config.yml: there is no such file; name a config, or - for standard input',
  ])
})

test('plan --json has the promised shape', async () => {
  const { io, out } = world({ 'a.yml': good })
  expect(await plan(['a.yml'], { ...options, json: true, branch: 'feature/x' }, io)).toBe(0)
  expect(out).toHaveLength(1)
  expect(JSON.parse(out[0] ?? '')).toEqual({
    file: 'a.yml',
    event: { name: 'push', branch: 'feature/x', tag: null },
    workflows: {
      main: {
        selected: true,
        because: 'a push to branch feature/x starts it',
        jobs: [
          {
            name: 'build',
            job: 'build',
            type: 'build',
            requires: [],
            matrix: null,
            parallelism: 3,
            contexts: [],
            where: { line: 8, column: 9 },
          },
          {
            name: 'hold',
            job: 'hold',
            type: 'approval',
            requires: [{ job: 'build', statuses: ['success'] }],
            matrix: null,
            parallelism: 1,
            contexts: ['deploys'],
            where: { line: 9, column: 9 },
          },
        ],
        notSelected: [
          {
            name: 'test',
            because: 'branches.only: main does not match feature/x',
            where: { line: 10, column: 82 },
          },
        ],
      },
      release: {
        selected: false,
        because: 'build: branches.ignore: /.*/ matches feature/x',
        jobs: [],
        notSelected: [
          {
            name: 'build',
            because: 'branches.ignore: /.*/ matches feature/x',
            where: { line: 12, column: 70 },
          },
        ],
      },
    },
    diagnostics: [],
  })
})

test('plan takes the branch that is checked out, else main', async () => {
  const events = async (branch: string | null) => {
    const { io, out } = world({ 'a.yml': good }, branch)
    await plan(['a.yml'], { ...options, json: true }, io)
    return (JSON.parse(out[0] ?? '') as { event: unknown }).event
  }
  expect(await events('topic')).toEqual({ name: 'push', branch: 'topic', tag: null })
  expect(await events(null)).toEqual({ name: 'push', branch: 'main', tag: null })
})

test('plan prints what runs after what, and why the rest does not', async () => {
  const { io, out } = world({ 'a.yml': good })
  expect(await plan(['a.yml'], { ...options, tag: 'v1' }, io)).toBe(0)
  expect(out).toEqual([
    'main: does not run, none of its 3 jobs is selected; build: v1 is a tag, and a job runs on tags only if filters.tags says so',
    '  - build: v1 is a tag, and a job runs on tags only if filters.tags says so (a.yml:8)',
    '  - hold: v1 is a tag, and a job runs on tags only if filters.tags says so (a.yml:9)',
    '  - test: v1 is a tag, and a job runs on tags only if filters.tags says so (a.yml:10)',
    'release: runs, a push to tag v1 starts it',
    '  + build × 3',
  ])
  out.length = 0
  await plan(['a.yml'], { ...options, branch: 'main' }, io)
  expect(out.slice(0, 4)).toEqual([
    'main: runs, a push to branch main starts it',
    '  + build × 3',
    '  + hold (approval) after build',
    '  + test after build [success, failed]',
  ])
})

test('plan tells of a file with errors as much as can be told', async () => {
  const { io, out } = world({ 'a.yml': good.replace('[checkout]', '[chekout]'), 'b.yml': 'a: [' })
  expect(await plan(['a.yml', 'b.yml'], { ...options, json: true, branch: 'main' }, io)).toBe(1)
  const [first, second] = out.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(first).toMatchObject({
    workflows: { main: { selected: true }, release: { selected: false } },
    diagnostics: [{ code: 'unknown-step' }],
  })
  expect(second).toMatchObject({ workflows: {}, diagnostics: [{ code: 'yaml-syntax' }] })
})

test('a branch and a tag at once are a wrong call', async () => {
  const { io } = world({ 'a.yml': good })
  const both = plan(['a.yml'], { ...options, branch: 'a', tag: 'b' }, io)
  await expect(both).rejects.toThrow(WrongCall)
})

test('on a schedule, workflows without one do not run', async () => {
  const { io, out } = world({ 'a.yml': good })
  await plan(['a.yml'], { ...options, event: 'schedule', branch: 'main' }, io)
  expect(out).toEqual([
    'main: does not run, it has no schedule',
    'release: does not run, it has no schedule',
  ])
})

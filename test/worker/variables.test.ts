import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secretsOf } from '../../src/secrets/secrets.ts'
import { fakeSha, repository } from '../support/builders.ts'
import { forksRun } from '../support/forks-run.ts'
import {
  type JobChange,
  type Queued,
  runStep,
  testKey,
  type Workplace,
  workplace,
} from '../support/workplace.ts'

type Seen = Readonly<Record<string, string | undefined>>

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await place.start()
})
afterAll(() => place.close())

/** A repository of its own, so that what one test stores or counts is not another's. */
const own = () => {
  const id = randomInt(2 ** 31)
  return { ...repository, id, name: `shop-${id}` }
}

/** The environment of a command of a job. */
async function jobIn(change: JobChange): Promise<{ readonly queued: Queued; readonly seen: Seen }> {
  const queued = await place.queue([runStep('env -0')], change)
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  return { seen: variablesIn(await queued.log(1)), queued }
}

const seenIn = async (change: JobChange = {}): Promise<Seen> => (await jobIn(change)).seen

const variablesIn = (text: string): Seen =>
  Object.fromEntries(text.split('\0').map((one) => [one.split('=')[0], one.replace(/^[^=]*=/, '')]))

describe('of a job on a branch', () => {
  let seen: Seen
  let queued: Queued
  const shop = own()
  beforeAll(async () => {
    const commit = { sha: fakeSha('c'), subject: '', body: '', url: '', authorName: '' }
    const job = await jobIn({
      trigger: {
        repository: shop,
        before: fakeSha('b'),
        commit: { ...commit, authorEmail: '', authorLogin: null },
      },
      workingDirectory: '~/place',
    })
    ;({ seen, queued } = job)
  })
  const ids = () => ({ ...queued.run, job: queued.run.jobs[0] })
  const rows: Readonly<Record<string, () => string | undefined>> = {
    CI: () => 'true',
    CIRCLECI: () => 'true',
    CIRCLE_BRANCH: () => 'main',
    CIRCLE_TAG: () => undefined,
    CIRCLE_SHA1: () => 'c'.repeat(40),
    CIRCLE_BUILD_NUM: () => '1',
    CIRCLE_PREVIOUS_BUILD_NUM: () => undefined,
    CIRCLE_JOB: () => 'build',
    CIRCLE_NODE_INDEX: () => '0',
    CIRCLE_NODE_TOTAL: () => '1',
    CIRCLE_PIPELINE_ID: () => ids().pipeline.id,
    CIRCLE_PIPELINE_NUMBER: () => String(ids().pipeline.number),
    CIRCLE_WORKFLOW_ID: () => ids().workflow.id,
    CIRCLE_WORKFLOW_WORKSPACE_ID: () => ids().workflow.workspaceId,
    CIRCLE_PROJECT_REPONAME: () => shop.name,
    CIRCLE_PROJECT_USERNAME: () => 'acme',
    CIRCLE_REPOSITORY_URL: () => 'https://github.example/acme/shop.git',
    CIRCLE_PULL_REQUEST: () => undefined,
    CIRCLE_PULL_REQUESTS: () => undefined,
    CIRCLE_PR_NUMBER: () => undefined,
    CIRCLE_USERNAME: () => 'ann',
    CIRCLE_COMPARE_URL: () =>
      `https://github.example/acme/shop/compare/${'b'.repeat(40)}...${'c'.repeat(40)}`,
    CIRCLE_WORKING_DIRECTORY: () => '~/place',
    CIRCLE_OIDC_TOKEN: () => undefined,
    CIRCLE_CONTINUATION_KEY: () => undefined,
    CIRCLE_SHELL_ENV: () => seen['BASH_ENV'],
    SLUICE_ATTEMPT: () => '1',
  }
  test.each(Object.entries(rows))('%s', (name, value) => {
    expect(seen[name]).toBe(value())
  })

  test('CIRCLE_WORKFLOW_JOB_ID', () => {
    expect(ids().job).toMatchObject({ id: seen['CIRCLE_WORKFLOW_JOB_ID'] })
  })

  test('CIRCLE_BUILD_URL', () => {
    expect(seen['CIRCLE_BUILD_URL']).toBe(
      `http://sluice.test/jobs/${seen['CIRCLE_WORKFLOW_JOB_ID']}`,
    )
  })

  test.each(['HOME', 'USER', 'PATH', 'BASH_ENV', 'CIRCLE_INTERNAL_TASK_DATA'])('%s', (name) => {
    expect(seen[name]).toMatch(/./)
  })

  test.each([
    'SLUICE_SECRETS_KEY',
    'DATABASE_URL',
    'PRIVATE_KEY',
    'WEBHOOK_SECRET',
    'NODE_ENV',
    'VITEST',
  ])('%s of the server is not there', (name) => expect(seen[name]).toBeUndefined())
})

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

test('CIRCLE_PROJECT_ID and CIRCLE_ORGANIZATION_ID stay the same and tell projects apart', async () => {
  const [here, there] = [own(), own()]
  const first = await seenIn({ trigger: { repository: here } })
  const again = await seenIn({ trigger: { repository: { ...here, name: 'renamed' } } })
  const other = await seenIn({ trigger: { repository: there } })
  expect(first['CIRCLE_PROJECT_ID']).toMatch(uuid)
  expect(first['CIRCLE_ORGANIZATION_ID']).toMatch(uuid)
  expect(again['CIRCLE_PROJECT_ID']).toBe(first['CIRCLE_PROJECT_ID'])
  expect(other['CIRCLE_PROJECT_ID']).not.toBe(first['CIRCLE_PROJECT_ID'])
  expect(other['CIRCLE_ORGANIZATION_ID']).toBe(first['CIRCLE_ORGANIZATION_ID'])
})

test('CIRCLE_BUILD_NUM and CIRCLE_PREVIOUS_BUILD_NUM count the jobs of a project', async () => {
  const trigger = { repository: own() }
  const numbers = []
  for (let job = 0; job < 3; job++) {
    const seen = await seenIn({ trigger })
    numbers.push([seen['CIRCLE_PREVIOUS_BUILD_NUM'], seen['CIRCLE_BUILD_NUM']])
  }
  expect(numbers).toEqual([
    [undefined, '1'],
    ['1', '2'],
    ['2', '3'],
  ])
})

test('CIRCLE_NODE_INDEX and CIRCLE_NODE_TOTAL tell the tasks of a job apart, which share a number', async () => {
  const script = 'echo "$CIRCLE_NODE_INDEX of $CIRCLE_NODE_TOTAL" $CIRCLE_BUILD_NUM'
  const run = await place.graph({ build: '' }, { build: [runStep(script)] })
  const tasks = await place.queueJob(run, 'build', 3)
  await Promise.all(tasks.map((task) => task.outcome()))
  const logs = await Promise.all(tasks.map((task) => task.log(1)))
  const [, number] = /of 3 (\d+)\n/.exec(logs[0] ?? '') ?? []
  expect(logs).toEqual([0, 1, 2].map((index) => `${index} of 3 ${number}\n`))
})

test('CIRCLE_TAG is there instead of CIRCLE_BRANCH where a tag was pushed', async () => {
  const seen = await seenIn({ trigger: { ref: { kind: 'tag', name: 'v1' } } })
  expect([seen['CIRCLE_TAG'], seen['CIRCLE_BRANCH']]).toEqual(['v1', undefined])
})

test('CIRCLE_COMPARE_URL is left out where nothing stood before', async () => {
  expect((await seenIn())['CIRCLE_COMPARE_URL']).toBeUndefined()
})

const pullRequest = (values: Readonly<Record<string, string | number>>) => ({
  event: { name: 'pull_request', action: 'opened', values } as const,
  pullRequests: [{ number: 7, url: 'https://github.example/acme/shop/pull/7' }],
})

test('CIRCLE_PULL_REQUEST and CIRCLE_PULL_REQUESTS name the pull request that began the pipeline', async () => {
  const home = { 'pull_request.number': 7, 'pull_request.head.repo.id': repository.id }
  const seen = await seenIn({ trigger: pullRequest(home) })
  const url = 'https://github.example/acme/shop/pull/7'
  expect([seen['CIRCLE_PULL_REQUEST'], seen['CIRCLE_PULL_REQUESTS']]).toEqual([url, url])
  expect(seen['CIRCLE_PR_NUMBER']).toBeUndefined()
})

test('CIRCLE_PULL_REQUESTS names all that are open for the branch of a push, CIRCLE_PULL_REQUEST one', async () => {
  const pullRequests = [9, 7].map((number) => ({ number, url: `https://pulls.example/${number}` }))
  const seen = await seenIn({ trigger: { pullRequests } })
  expect([seen['CIRCLE_PULL_REQUEST'], seen['CIRCLE_PULL_REQUESTS']]).toEqual([
    'https://pulls.example/9',
    'https://pulls.example/9,https://pulls.example/7',
  ])
})

test.runIf(forksRun)(
  'CIRCLE_PR_NUMBER, CIRCLE_PR_REPONAME and CIRCLE_PR_USERNAME tell about a fork',
  async () => {
    const seen = await seenIn({
      trigger: pullRequest({
        'pull_request.number': 8,
        'pull_request.head.repo.id': 99,
        'pull_request.head.repo.name': 'shop-fork',
        'pull_request.head.repo.owner.login': 'mallory',
      }),
    })
    expect(['NUMBER', 'REPONAME', 'USERNAME'].map((end) => seen[`CIRCLE_PR_${end}`])).toEqual([
      '8',
      'shop-fork',
      'mallory',
    ])
  },
)

test('CIRCLE_CONTINUATION_KEY is there for setup jobs, and shown to nobody', async () => {
  const { queued, seen } = await jobIn({ setup: true })
  expect(seen['CIRCLE_CONTINUATION_KEY']).toBe('****')
  expect(await queued.variables()).toContain('  CIRCLE_CONTINUATION_KEY=****\n')
})

test('BASH_ENV is read by every bash, and by sh too', async () => {
  const queued = await place.queue([
    runStep('echo "export KEPT=kept" >> "$BASH_ENV"'),
    runStep('echo "$KEPT"'),
    runStep('echo "$KEPT"', { shell: '/bin/sh' }),
    runStep('echo "$KEPT"', { shell: 'sh -eu' }),
    runStep('print defined $ENV{KEPT} ? "kept" : "none", "\\n";', { shell: 'perl' }),
  ])
  await queued.outcome()
  const logs = await Promise.all([2, 3, 4, 5].map((step) => queued.log(step)))
  expect(logs).toEqual(['kept\n', 'kept\n', 'kept\n', 'none\n'])
})

test('of a variable in several places the strongest counts: command, step, job, built-in, contexts, project, image', async () => {
  const shop = own()
  const levels = ['IMAGE', 'PROJECT', 'FIRST', 'SECOND', 'CIRCLE_JOB', 'JOB', 'STEP', 'COMMAND']
  /** In every level but those that the variable is stronger than. */
  const from = (level: string, value: string) =>
    Object.fromEntries(levels.slice(levels.indexOf(level)).map((name) => [name, value]))
  const secrets = secretsOf(place.database.store.vault, testKey)
  const stored = async (kind: 'project' | 'context', scope: string, values: object) => {
    for (const [name, value] of Object.entries(values))
      await secrets.set({ kind, owner: shop.owner, name: scope }, name, value)
  }
  // Too short to be masked.
  await stored('project', shop.name, from('PROJECT', 'pro'))
  await stored('context', `one-${shop.id}`, from('FIRST', 'one'))
  await stored('context', `two-${shop.id}`, from('SECOND', 'two'))
  const command = `COMMAND=command; echo ${levels.map((name) => `$${name}`).join(' ')}`
  const image = { name: null, entrypoint: null, command: null, user: null, auth: null }
  const queued = await place.queue([runStep(command, { environment: from('STEP', 'step') })], {
    trigger: { repository: shop },
    contexts: [`one-${shop.id}`, `two-${shop.id}`],
    environment: from('JOB', 'job'),
    runsIn: {
      kind: 'docker',
      images: [{ ...image, image: 'cimg/base', environment: from('IMAGE', 'image') }],
    },
  })
  expect(await queued.outcome()).toEqual({ kind: 'success' })
  expect(await queued.log(1)).toBe('image pro one two build job step command\n')
})

test('a variable of the job may take the place of a built-in one', async () => {
  const seen = await seenIn({ environment: { CIRCLE_BRANCH: 'mine', CI: 'false' } })
  expect([seen['CIRCLE_BRANCH'], seen['CI']]).toEqual(['mine', 'false'])
})

test('values are literal: nothing in them is filled in', async () => {
  const value = '$HOME/bin:`id`:$(id):${CI}'
  expect((await seenIn({ environment: { VALUE: value } }))['VALUE']).toBe(value)
})

import { randomInt } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { markers } from '../support/markers.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { jobLog, openStage, type Stage } from '../support/stage.ts'

const patience = { timeout: 25_000 }

let stage: Stage
let server: ServerProcess
let calls: Awaited<ReturnType<typeof markers>>
beforeAll(async () => {
  calls = await markers()
  stage = await openStage()
  server = await stage.serve()
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await calls.close()
})
afterEach(async () => {
  await stage.gitHub.settled()
  if (stage.gitHub.violations.length > 0) throw new Error(stage.gitHub.violations.join('\n'))
})

const job = (name: string, command: string, where = 'machine: true') => `  ${name}:
    ${where}
    steps:
      - run: |
          ${command.replaceAll('\n', '\n          ')}
`
const workflow = (...jobs: readonly string[]) =>
  `workflows:\n  ci:\n    jobs:\n${jobs.map((one) => `      - ${one}\n`).join('')}`
const config = (jobs: string, ...names: readonly string[]) =>
  `version: 2.1\njobs:\n${jobs}${workflow(...names)}`

/** What jobs of `repository` have called, in order of the words. */
const called = (repository: string) =>
  calls.seen
    .map(({ text }) => text)
    .filter((text) => text.startsWith(`${repository} `))
    .toSorted()
const call = (repository: string, text: string) =>
  calls.shell(`${repository} ${text} $SLUICE_ATTEMPT`)

/** Succeeds, fails the first time, and what needs it. */
const flaky = (repository: string) =>
  config(
    job('good', call(repository, 'good')) +
      job('bad', `${call(repository, 'bad')}; test $SLUICE_ATTEMPT -gt 1`) +
      job('worse', `${call(repository, 'worse')}; test $SLUICE_ATTEMPT -gt 1`) +
      job('after', call(repository, 'after')),
    'good',
    'bad',
    'worse',
    '{after: {requires: [good, bad]}}',
  )
const failedOnce = {
  'ci / good': 'success',
  'ci / bad': 'failure',
  'ci / worse': 'failure',
  'ci / after': 'cancelled',
  sluice: 'failure',
}
const allGood = {
  'ci / good': 'success',
  'ci / bad': 'success',
  'ci / worse': 'success',
  'ci / after': 'success',
  sluice: 'success',
}

const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => stage.checks(sha), patience).toEqual(checks)
const attemptsOf = (sha: string, name: string) =>
  new Set(
    stage.gitHub
      .runs(sha)
      .filter((run) => run.name === name && run.conclusion !== null)
      .map((run) => run.id),
  ).size

describe('re-runs', () => {
  test.each(['check_run', 'check_suite'] as const)(
    'GitHub’s "Re-run failed checks" as %s events is one re-run from failed',
    async (mode) => {
      const name = `failed-${mode}`
      const sha = await stage.push(name, flaky(name))
      await becomes(sha, failedOnce)
      await stage.gitHub.ui.rerunFailed(sha, 'ann', mode)
      await becomes(sha, allGood)
      const once = ['after 1', 'bad 1', 'bad 2', 'good 1', 'worse 1', 'worse 2']
      expect(called(name)).toEqual(once.map((text) => `${name} ${text}`))
      expect(attemptsOf(sha, 'ci / good')).toBe(1)
      expect(stage.check(sha, 'sluice').summary?.match(/asked for a re-run of ci/g)).toHaveLength(1)
    },
  )

  test('of one check: that job and what depends on it', async () => {
    const sha = await stage.push('single', flaky('single'))
    await becomes(sha, failedOnce)
    await stage.gitHub.ui.rerun(stage.check(sha, 'ci / bad').id, 'ann')
    await becomes(sha, { ...allGood, 'ci / worse': 'failure', sluice: 'failure' })
    expect(called('single')).toEqual(
      ['after 1', 'bad 1', 'bad 2', 'good 1', 'worse 1'].map((text) => `single ${text}`),
    )
  })

  test('"Re-run all checks" when nothing failed runs everything', async () => {
    const two = config(job('a', call('all', 'a')) + job('b', call('all', 'b')), 'a', 'b')
    const sha = await stage.push('all', two)
    const good = { 'ci / a': 'success', 'ci / b': 'success', sluice: 'success' }
    await becomes(sha, good)
    await stage.gitHub.ui.rerunAll(sha, 'ann')
    await calls.wait('all a 2')
    await calls.wait('all b 2')
    await expect.poll(() => attemptsOf(sha, 'sluice'), patience).toBe(2)
    await becomes(sha, good)
    expect(called('all')).toEqual(['all a 1', 'all a 2', 'all b 1', 'all b 2'])
  })
})

test('a person who may only read presses Approve: nothing changes and the check says so', async () => {
  const held = config(
    job('deploy', call('held', 'deploy')),
    '{hold: {type: approval}}',
    '{deploy: {requires: [hold]}}',
  )
  const sha = await stage.push('held', held)
  await expect.poll(() => stage.checks(sha)['ci / hold'], patience).toBe('action_required')
  await stage.click(sha, 'ci / hold', 'approve', 'bob')
  await expect
    .poll(() => stage.check(sha, 'ci / hold').summary, patience)
    .toMatch(/bob asked to approve: .*read.*nothing changed/)
  expect(stage.checks(sha)['ci / hold']).toBe('action_required')
  expect(called('held')).toEqual([])
  await stage.click(sha, 'ci / hold', 'approve', 'ann')
  await becomes(sha, { 'ci / hold': 'success', 'ci / deploy': 'success', sluice: 'success' })
})

test('Cancel ends the processes of a running job, and the check is cancelled', async () => {
  const stubborn = `trap '' TERM INT HUP\n${calls.shell('stop')}\nsleep ${uniqueSleep}`
  const sha = await stage.push('stop', config(job('build', stubborn), 'build'))
  await expect.poll(sleeping, patience).toBe(true)
  await expect.poll(() => stage.checks(sha)['ci / build'], patience).toBe('in_progress')
  await stage.click(sha, 'ci / build', 'cancel')
  await becomes(sha, { 'ci / build': 'cancelled', sluice: 'failure' })
  expect(stage.check(sha, 'ci / build').title).toContain('cancel')
  await expect.poll(sleeping, patience).toBe(false)
})

/** Seconds that no other process of this machine sleeps. */
const uniqueSleep = `86400.${randomInt(1e9)}`

/** Whether the process is on this machine, whatever namespace it is in. */
async function sleeping(): Promise<boolean> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = (pid: string) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return (await Promise.all(processes.map(read))).some(
    (words) => words === `sleep\0${uniqueSleep}\0`,
  )
}

test('a command that is not there names the image that was not used', async () => {
  const missing = job('build', 'no-such-command-of-an-image', 'docker: [{image: "cimg/ruby:3.3"}]')
  const sha = await stage.push('image', config(missing, 'build'))
  await becomes(sha, { 'ci / build': 'failure', sluice: 'failure' })
  expect(stage.check(sha, 'ci / build').title).toContain('127')
  expect(stage.check(sha, 'ci / build').summary).toContain('cimg/ruby:3.3')
})

test('a wait that GitHub asks for is kept, and the checks still end right', async () => {
  const wait = { status: 403, headers: { 'retry-after': '1' } }
  stage.gitHub.faults.push({ op: 'checks/update', ...wait })
  stage.gitHub.faults.push({ op: 'checks/create', ...wait, skip: 1 })
  // Long enough that its start and its end are told apart: one check is created, then updated.
  const sha = await stage.push('limited', config(job('build', 'sleep 1'), 'build'))
  await becomes(sha, { 'ci / build': 'success', sluice: 'success' })
  const refused = stage.gitHub.requests.filter(({ status }) => status === 403)
  expect(new Set(refused.map(({ op }) => op))).toEqual(new Set(['checks/create', 'checks/update']))
  // Waiting longer than asked is no fault, so a slow machine cannot break this.
  for (const { time, method, path } of refused)
    expect(
      stage.gitHub.requests
        .filter((one) => one.method === method && one.path === path && one.time > time)
        .map((one) => one.time - time)
        .filter((waited) => waited < 900),
    ).toEqual([])
  expect(server.output).toContain('GitHub asks this installation to wait')
})

test('two branches at one commit: sluice is the worst of both, job checks of the second carry its name', async () => {
  const copy = await stage.repository('branches')
  const only = config(job('build', 'test "$CIRCLE_BRANCH" = main'), 'build')
  const sha = await copy.commit({ '.circleci/config.yml': only })
  await copy.push('HEAD:main')
  await becomes(sha, { 'ci / build': 'success', sluice: 'success' })
  await copy.push('HEAD:other')
  const both = { 'ci / build': 'success', 'ci / build (other)': 'failure', sluice: 'failure' }
  await becomes(sha, both)
  expect(stage.check(sha, 'sluice').title).toContain('other')
})

test('a tag at the commit of a branch has a sluice check of its own', async () => {
  const copy = await stage.repository('tags')
  const tagged = config(job('build', 'true'), '{build: {filters: {tags: {only: /v.*/}}}}')
  const sha = await copy.commit({ '.circleci/config.yml': tagged })
  await copy.push('HEAD:main')
  await becomes(sha, { 'ci / build': 'success', sluice: 'success' })
  await copy.git('tag', 'v1')
  await copy.push('v1')
  await becomes(sha, {
    'ci / build': 'success',
    sluice: 'success',
    'ci / build (tag v1)': 'success',
    'sluice (tag v1)': 'success',
  })
  expect(stage.gitHub.runs(sha)).toHaveLength(4)
})

const asRoot = process.getuid?.() === 0
if (!asRoot)
  console.info('jobs of a server that root started are not tested: this is an ordinary user')

test.runIf(asRoot)(
  'started by root, a job is another user, without the server’s settings and files, with its own /tmp',
  async () => {
    const look = `id -u
env
tr '\\0' '\\n' < /proc/${server.pid}/environ || echo "environment closed"
ls ${stage.directory}/data/workers || echo "data closed"
test -e /tmp/$CIRCLE_PIPELINE_ID && echo "tmp shared"
touch /tmp/$CIRCLE_PIPELINE_ID`
    const two = config(job('one', look) + job('two', look), 'one', '{two: {requires: [one]}}')
    const sha = await stage.push('apart', two)
    await becomes(sha, { 'ci / one': 'success', 'ci / two': 'success', sluice: 'success' })
    for (const name of ['ci / one', 'ci / two']) {
      const log = await jobLog(server.url, stage.check(sha, name))
      expect(log).toMatch(/^[1-9]\d*$/m)
      expect(log).toContain('environment closed')
      expect(log).toContain('data closed')
      // Where the machine has no namespaces, Sluice says that jobs share it.
      if (!log.includes('jobs share /tmp')) expect(log).not.toContain('tmp shared')
      expect(log).not.toContain(stage.gitHub.app.webhookSecret)
      expect(log).not.toMatch(/PRIVATE_KEY|WEBHOOK_SECRET|BEGIN/)
    }
  },
)

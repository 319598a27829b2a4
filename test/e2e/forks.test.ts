import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { forkOf } from '../support/fork.ts'
import { forksRun } from '../support/forks-run.ts'
import { markers } from '../support/markers.ts'
import { secretCommand } from '../support/secret-command.ts'
import { type System, startSystem } from '../support/system.ts'

const patience = { timeout: 25_000 }
const file = '.circleci/config.yml'
const secretsKey = randomBytes(32)

let system: System
let calls: Awaited<ReturnType<typeof markers>>
beforeAll(async () => {
  calls = await markers()
  system = await startSystem({ settings: { secretsKey } })
  system.standIn.addPerson({ login: 'wendy', role: 'write' })
})
afterAll(async () => {
  await system.close()
  await calls.close()
})
afterEach(async () => {
  await system.standIn.settled()
  if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
})

const config = (...steps: readonly string[]) => `version: 2.1
jobs:
  build:
    machine: true
    steps:
${steps.map((step) => `      - ${step.replaceAll('\n', '\n        ')}\n`).join('')}
workflows: { ci: { jobs: [build] } }
`
const run = (command: string) => `run: |\n    ${command.replaceAll('\n', '\n    ')}`
const call = (text: string) => run(calls.shell(text))
const plain = { [file]: config(run('true')) }

const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => system.checks(sha), patience).toEqual(checks)
const held = { sluice: 'action_required' }
const good = { 'ci / build': 'success', sluice: 'success' }
const isHeld = (sha: string) => becomes(sha, held)

test('a fork’s pull request is held: who, what and how stands on the check, and nothing of it runs', async () => {
  const fork = await forkOf(system, 'held', plain)
  const sha = await fork.commit({ [file]: config(call('held ran')) })
  await fork.open()
  await isHeld(sha)
  const check = system.check(sha, 'sluice')
  expect(check.title).toBe('A maintainer has to let this run')
  expect(check.actions.map(({ label }) => label)).toEqual(['Approve'])
  expect(check.summary).toMatch(/Pull request `1` by `mallory` comes from `mallory\/held`/)
  expect(check.summary).toContain('write access')
  expect(calls.seen.filter(({ text }) => text.startsWith('held'))).toEqual([])
  const asked = system.standIn.requests.filter(({ query }) => query.includes(sha))
  expect(asked.filter(({ op }) => op === 'repos/get-content')).toEqual([])
})

test.runIf(forksRun)('a writer lets it run; the next push has to be let in again', async () => {
  const fork = await forkOf(system, 'let-in', plain)
  const sha = await fork.commit({ [file]: config(call('let-in $CIRCLE_BRANCH $CIRCLE_PR_NUMBER')) })
  await fork.open()
  await isHeld(sha)
  await system.click(sha, 'sluice', 'approve', 'wendy')
  await becomes(sha, good)
  expect(system.check(sha, 'sluice').summary).toContain('wendy let this push of a fork run')
  expect((await calls.wait('let-in')).text).toBe('let-in pull/1 1')
  const next = await fork.commit({ 'a.txt': 'a' })
  await isHeld(next)
  expect(system.checks(sha)).toEqual(good)
})

test('a command below a fork’s pull request lets that run and nothing else, whatever commit its author chose', async () => {
  const approval = `version: 2.1
jobs: { build: { machine: true, steps: [{ run: "true" }] } }
workflows: { ci: { jobs: [hold: { type: approval }, build: { requires: [hold] }] } }
`
  const fork = await forkOf(system, 'same-commit', plain)
  const sha = await fork.commit({ [file]: approval })
  await fork.copy.push('HEAD:release')
  await expect.poll(() => system.checks(sha)['ci / hold'], patience).toBe('action_required')
  const { number } = await fork.open()
  const says = (text: string) =>
    expect.poll(() => system.check(sha, 'sluice').summary ?? '', patience).toContain(text)
  await says('comes from `mallory/same-commit`')
  const where = { repository: 'acme/same-commit', number, author: 'wendy' }
  await system.standIn.comment({ ...where, body: '/approve' })
  await says('wendy let this push of a fork run')
  // Had the comment meant this approval, it would be decided before.
  await system.click(sha, 'ci / hold', 'reject', 'wendy')
  await expect.poll(() => system.checks(sha)['ci / hold'], patience).not.toBe('action_required')
  expect(system.check(sha, 'ci / hold').title).toContain('rejected by wendy')
})

test('an older push that waits is given up when a newer one comes, and says so', async () => {
  const fork = await forkOf(system, 'newer', plain)
  const first = await fork.commit({ 'a.txt': 'a' })
  await fork.open()
  await isHeld(first)
  const second = await fork.commit({ 'a.txt': 'b' })
  await isHeld(second)
  await becomes(first, { sluice: 'cancelled' })
  expect(system.check(first, 'sluice').title).toMatch(/canceled by pipeline \d+, which is newer/)
})

test('the fork’s author, a reader and a bot click: nothing changes, and each is told so', async () => {
  const fork = await forkOf(system, 'strangers', plain)
  system.standIn.addPerson({ login: 'helper[bot]', type: 'Bot', role: 'write' })
  const sha = await fork.commit({ 'a.txt': 'a' })
  await fork.open()
  await isHeld(sha)
  for (const [login, said] of [
    ['mallory', 'mallory asked to approve: who proposes a change from a fork may not'],
    ['bob', 'bob asked to approve: bob has read access'],
    ['helper[bot]', 'asked to approve: bots may not'],
  ] as const) {
    await system.click(sha, 'sluice', 'approve', login)
    await expect.poll(() => system.check(sha, 'sluice').summary, patience).toContain(said)
    await isHeld(sha)
  }
})

test('not even with write access does a fork’s author let the own pull request run', async () => {
  const fork = await forkOf(system, 'own', plain)
  const roles = { 'acme/own': 'write' } as const
  system.standIn.addPerson({ login: 'max', roles })
  await system.standIn.createRepository({ owner: 'max', name: 'own', forkOf: 'acme/own' })
  const max = system.standIn.people.find(({ login }) => login === 'max')
  if (!max) throw new Error('max is gone')
  const sha = await fork.copy.commit({ 'm.txt': 'm' })
  await fork.copy.git('push', '--quiet', system.standIn.remote('max/own', max), 'HEAD:mine')
  await system.standIn.openPull({ repository: 'acme/own', fork: 'max/own', head: 'mine' })
  await isHeld(sha)
  await system.click(sha, 'sluice', 'approve', 'max')
  await expect
    .poll(() => system.check(sha, 'sluice').summary, patience)
    .toContain('max asked to approve: who proposes a change from a fork may not')
  await isHeld(sha)
})

test('a closed pull request ends what waited, and opening it again holds it again', async () => {
  const fork = await forkOf(system, 'closed', plain)
  const sha = await fork.commit({ 'a.txt': 'a' })
  const pull = await fork.open()
  await isHeld(sha)
  await system.standIn.pulls.close(pull, 'mallory')
  await becomes(sha, { sluice: 'cancelled' })
  expect(system.check(sha, 'sluice').title).toContain('the end of its pull request')
  await system.standIn.pulls.reopen(pull, 'mallory')
  await isHeld(sha)
})

test('[skip ci] is for pushes: a fork’s pull request is held all the same', async () => {
  const fork = await forkOf(system, 'skip', plain)
  const sha = await fork.commit({ 'a.txt': 'a' }, 'Mend it [skip ci]')
  await fork.open()
  await expect.poll(() => system.checks(sha), patience).toEqual(held)
})

test('pushes to a fork without a pull request start nothing', async () => {
  const fork = await forkOf(system, 'quiet', plain)
  const sha = await fork.commit({ 'a.txt': 'quiet' })
  await system.standIn.settled()
  expect(system.checks(sha)).toEqual({})
})

test('forks: never, says the default branch: a notice on the check, without a button', async () => {
  const never = { ...plain, '.circleci/sluice.yml': 'forks: never\n' }
  const fork = await forkOf(system, 'never', never)
  const sha = await fork.commit({ '.circleci/sluice.yml': 'forks: always\n' })
  await fork.open()
  await becomes(sha, { sluice: 'cancelled' })
  const check = system.check(sha, 'sluice')
  expect(check.title).toBe('not run: pull requests of forks are not run here')
  expect(check.actions).toEqual([])
})

test('where the default branch has no config, Sluice says nothing about a fork', async () => {
  const fork = await forkOf(system, 'unused', { 'a.txt': 'a' })
  const sha = await fork.commit(plain)
  await fork.open()
  await system.standIn.settled()
  const other = await forkOf(system, 'used', plain)
  const later = await other.commit({ 'a.txt': 'b' })
  await other.open()
  await isHeld(later)
  expect(system.checks(sha)).toEqual({})
})

const look = `echo "secret:$OF_PROJECT."
env | grep -c GIT_CONFIG_VALUE || true
if git push --quiet origin HEAD:refs/heads/stolen 2> /dev/null; then echo pushed; else echo "not pushed"; fi
cat cached 2> /dev/null || echo "no cache"
echo poisoned > cached`
const cached = (command: string) =>
  config(
    'checkout',
    'restore_cache: { keys: [deps] }',
    run(command),
    'save_cache: { key: deps, paths: [cached] }',
  )

test.runIf(forksRun).each(['private', 'public'] as const)(
  'a job of a fork of a %s repository sees no secret, cannot push, and shares no cache with it',
  async (visible) => {
    const env = {
      SLUICE_SECRETS_KEY: secretsKey.toString('base64'),
      SLUICE_DATA_DIR: join(system.directory, 'data'),
    }
    const name = `job-${visible}`
    const words = ['set', 'OF_PROJECT', '--project', `acme/${name}`]
    expect(await secretCommand(words, { input: 'hunter2-own', env })).toMatchObject({ code: 0 })
    const always = {
      '.circleci/sluice.yml': 'forks: always\n',
      [file]: cached('echo clean > cached'),
    }
    const fork = await forkOf(system, name, always, visible)
    const main = await fork.copy.git('rev-parse', 'HEAD')
    await becomes(main, good)
    const sha = await fork.commit({ [file]: cached(look) })
    await fork.open()
    await becomes(sha, good)
    const log = await system.jobLog(sha, 'ci / build')
    expect(log).toMatch(/secret:\.\n/)
    expect(log).toContain('not pushed')
    expect(log).toContain('no cache')
    const after = await fork.copy.commit({ [file]: cached('echo "cache is $(cat cached)"') })
    await fork.copy.push('HEAD:own')
    await becomes(after, good)
    expect(await system.jobLog(after, 'ci / build')).toContain('cache is clean')
    expect(
      await fork.copy.git('ls-remote', system.standIn.remote(`acme/${name}`, system.ann)),
    ).not.toContain('stolen')
  },
  60_000,
)

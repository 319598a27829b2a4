import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { WorkingCopy } from '../../src/demo/working-copy.ts'
import { markers } from '../support/markers.ts'
import { type System, startSystem } from '../support/system.ts'

const patience = { timeout: 25_000 }
const file = '.circleci/config.yml'
const settingsFile = '.circleci/sluice.yml'

let system: System
let calls: Awaited<ReturnType<typeof markers>>
beforeAll(async () => {
  calls = await markers()
  system = await startSystem()
})
afterAll(async () => {
  await system.close()
  await calls.close()
})
afterEach(async () => {
  await system.standIn.settled()
  if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
})

const config = (command: string) => `version: 2.1
jobs:
  build:
    machine: true
    steps:
      - run: |
          ${command}
workflows: { ci: { jobs: [build] } }
`
const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => system.checks(sha), patience).toEqual(checks)
const good = { 'ci / build': 'success', sluice: 'success' }
const called = (word: string) =>
  calls.seen.map(({ text }) => text).filter((text) => text.startsWith(`${word} `))

/** A repository with these files on `main`, whose pipeline is over. */
async function repository(name: string, files: Record<string, string>): Promise<WorkingCopy> {
  const copy = await system.repository(name)
  const sha = await copy.commit(files)
  await copy.push('HEAD:main')
  await becomes(sha, good)
  return copy
}
const open = (name: string, head = 'topic') =>
  system.standIn.openPull({ repository: `acme/${name}`, head, title: `About ${head}` })

/** What `main` has when jobs of branches tell who they are. */
const telling = (word: string, what: string) => config(calls.shell(`${word} ${what}`))

describe('a pull request of the repository itself', () => {
  test('starts nothing by itself: its pushes are built', async () => {
    const copy = await repository('plain', { [file]: config('true') })
    const sha = await copy.commit({ [file]: telling('plain', '$CIRCLE_BRANCH') })
    await copy.push('HEAD:topic')
    await becomes(sha, good)
    await open('plain')
    const next = await copy.commit({ 'a.txt': 'a' })
    await copy.push('HEAD:topic')
    await becomes(next, good)
    expect(called('plain')).toEqual(['plain topic', 'plain topic'])
  })

  test('a push to its branch knows it', async () => {
    const copy = await repository('known', { [file]: config('true') })
    await copy.commit({ 'a.txt': 'a' })
    await copy.push('HEAD:topic')
    await open('known')
    const values = '$CIRCLE_PULL_REQUEST ${CIRCLE_PR_NUMBER-unset}'
    const context = '<< pipeline.event.context.github.pr_url >>'
    const sha = await copy.commit({
      [file]: telling('known', `${values} ${context} <<pipeline.event.name>>`),
    })
    await copy.push('HEAD:topic')
    await becomes(sha, good)
    const url = `${system.standIn.url}/acme/known/pull/1`
    expect(called('known')).toEqual([`known ${url} unset ${url} push`])
  })

  test('starts pipelines of its own where the default branch says so, beside those of pushes', async () => {
    const copy = await repository('events', {
      [file]: config('true'),
      [settingsFile]: 'pull-requests: [opened, labeled, ready_for_review, closed, synchronize]\n',
    })
    const about = 'pipeline.event.github.pull_request'
    const values = ['number', 'draft', 'merged', 'base.ref', 'head.ref', 'title']
    const told = values.map((value) => `<< ${about}.${value} >>`).join(' ')
    const guarded = `version: 2.1
jobs:
  tell: { machine: true, steps: [{ run: '${calls.shell(`events << pipeline.event.action >> ${told}`)}' }] }
  push: { machine: true, steps: [{ run: 'true' }] }
workflows:
  on-push: { when: pipeline.event.name == "push", jobs: [push] }
  on-pull: { when: pipeline.event.name == "pull_request", jobs: [tell] }
`
    const sha = await copy.commit({ [file]: guarded })
    await copy.push('HEAD:topic')
    const pushed = { 'on-push / push': 'success', sluice: 'success' }
    await becomes(sha, pushed)
    const pull = await open('events')
    const opened = { ...pushed, 'on-pull / tell (pull request opened)': 'success' }
    await becomes(sha, opened)
    await system.standIn.pulls.label(pull, 'run-ci', 'ann')
    const labeled = { ...opened, 'on-pull / tell (pull request labeled run-ci)': 'success' }
    await becomes(sha, labeled)
    await system.standIn.pulls.markReady(pull, 'ann')
    const ready = { ...labeled, 'on-pull / tell (pull request ready_for_review)': 'success' }
    await becomes(sha, ready)
    expect(called('events')).toEqual(
      ['opened', 'labeled', 'ready_for_review'].map(
        (action) => `events ${action} 1 false false main topic About topic`,
      ),
    )
    await system.standIn.pulls.merge(pull, 'ann')
    const merged = 'on-pull / tell (pull request closed) (main)'
    await expect.poll(() => Object.keys(system.checks(sha)), patience).toContain(merged)
    await calls.wait('events closed 1 false true main topic')
  })
})

describe('only build pull requests', () => {
  const only = { [file]: config('true'), [settingsFile]: 'only-build-pull-requests: true\n' }

  test('a branch without one is left alone until it is opened; the default branch and tags are built', async () => {
    const copy = await repository('only', only)
    const sha = await copy.commit({ 'a.txt': 'a' })
    await copy.push('HEAD:topic')
    await copy.git('tag', 'v1')
    const settled = await copy.commit({ 'b.txt': 'b' })
    await copy.push('HEAD:main')
    await becomes(settled, good)
    await system.standIn.settled()
    // The very first push after the setting came has a check that says so; see below for the others.
    await expect.poll(() => system.checks(sha)['ci / build'] ?? 'none', patience).toBe('none')
    await open('only')
    await becomes(sha, good)
    const known = await copy.commit({ 'c.txt': 'c' })
    await copy.push('HEAD:topic')
    await becomes(known, good)
  })

  test('a branch that nobody heard of begins when its pull request is opened', async () => {
    const copy = await repository('unheard', only)
    system.standIn.setWebhookUrl(null)
    const sha = await copy.commit({ 'a.txt': 'a' })
    await copy.push('HEAD:topic')
    await system.standIn.settled()
    system.standIn.setWebhookUrl(`${system.sluice.url}/api/github/webhooks`)
    await open('unheard')
    await expect.poll(() => system.checks(sha), patience).toEqual(good)
  })
})

describe('auto-cancel', () => {
  const waits = (word: string) => config(`${calls.shell(`${word} begun`)}; sleep 600`)

  test('a newer push cancels what an older one of its branch still runs, and says which', async () => {
    const off = { [file]: config('true'), [settingsFile]: 'auto-cancel: off-default-branch\n' }
    const copy = await repository('redundant', off)
    const old = await copy.commit({ [file]: waits('redundant') })
    await copy.push('HEAD:topic')
    await calls.wait('redundant begun')
    const newer = await copy.commit({ [file]: config('true') })
    await copy.push('HEAD:topic')
    await becomes(newer, good)
    await becomes(old, { 'ci / build': 'cancelled', sluice: 'failure' })
    expect(system.check(old, 'ci / build').title).toMatch(
      /canceled by pipeline \d+, which is newer on this branch/,
    )
  })

  test('the default branch is spared, and so is everything without the setting', async () => {
    const off = { [file]: config('true'), [settingsFile]: 'auto-cancel: off-default-branch\n' }
    const copy = await repository('spared', off)
    const old = await copy.commit({ [file]: waits('spared') })
    await copy.push('HEAD:main')
    await calls.wait('spared begun')
    const newer = await copy.commit({ [file]: config('true') })
    await copy.push('HEAD:main')
    await becomes(newer, good)
    await system.standIn.settled()
    expect(system.checks(old)['ci / build']).toBe('in_progress')
    await system.click(old, 'ci / build', 'cancel')
    await becomes(old, { 'ci / build': 'cancelled', sluice: 'failure' })
  })
})

describe('a merge queue', () => {
  const enqueued = async (name: string, files: Record<string, string>) => {
    const copy = await repository(name, { [file]: config('true') })
    await copy.commit(files)
    await copy.push('HEAD:topic')
    const pull = await open(name)
    return system.standIn.mergeQueue.enqueue(pull, 'ann')
  }
  const job = (word: string) => ({ [file]: telling(word, '$CIRCLE_BRANCH') })

  test.each(['push', 'merge_group'] as const)(
    'asks with a push and an event, %s first: one pipeline, whose checks are on the group’s commit',
    async (first) => {
      const name = `queue-${first}`
      const switches = system.standIn.webhooks
      const isSecond = (event: string) =>
        first === 'push' ? event === 'merge_group' : event === 'push'
      const queued = system.standIn.deliveries.length
      // The second of the two is lost at first, and sent again when the first has been handled.
      const copy = await repository(name, { [file]: config('true') })
      await copy.commit(job(name))
      await copy.push('HEAD:topic')
      const pull = await open(name)
      await system.standIn.settled()
      await calls.wait(`${name} topic`)
      switches.drop(({ event }) => isSecond(event))
      const group = await system.standIn.mergeQueue.enqueue(pull, 'ann')
      await becomes(group.sha, good)
      await system.standIn.settled()
      switches.dropNone()
      const lost = system.standIn.deliveries
        .slice(queued)
        .find((delivery) => isSecond(delivery.event) && delivery.payload.includes(group.sha))
      if (!lost) throw new Error('nothing was lost')
      await system.standIn.redeliver(lost)
      const later = await copy.commit({ [file]: config('true') })
      await copy.push('HEAD:later')
      await becomes(later, good)
      expect(called(name)).toEqual([`${name} topic`, `${name} ${group.branch}`])
      expect(system.checks(group.sha)).toEqual(good)
      await system.standIn.mergeQueue.destroy(group, 'merged', 'ann')
    },
  )

  test('gives a group up: what still runs is canceled', async () => {
    const group = await enqueued('given-up', {
      [file]: config(`${calls.shell('given-up $CIRCLE_BRANCH')}; sleep 600`),
    })
    await calls.wait(`given-up ${group.branch}`)
    await system.standIn.mergeQueue.destroy(group, 'dequeued', 'ann')
    await becomes(group.sha, { 'ci / build': 'cancelled', sluice: 'failure' })
    expect(system.check(group.sha, 'ci / build').title).toContain(
      'the merge queue, which gave the group up (dequeued)',
    )
  })

  test('a merged group does not turn the base branch red', async () => {
    const group = await enqueued('merged', job('merged'))
    await becomes(group.sha, good)
    await system.standIn.mergeQueue.destroy(group, 'merged', 'ann')
    await calls.wait('merged main')
    await expect.poll(() => system.checks(group.sha)['sluice'], patience).toBe('success')
  })

  test('does not skip a group whose commit says [skip ci]', async () => {
    const copy = await repository('queue-skip', { [file]: config('true') })
    await copy.commit({ 'a.txt': 'a' }, 'Mend [skip ci]')
    await copy.push('HEAD:skip-ci')
    const pull = await open('queue-skip', 'skip-ci')
    const group = await system.standIn.mergeQueue.enqueue(pull, 'ann')
    await expect.poll(() => system.checks(group.sha), patience).toEqual(good)
  })
})

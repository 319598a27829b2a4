import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../src/github/client.ts'
import { silentLog } from '../support/log.ts'
import { type System, startSystem } from '../support/system.ts'

/** What GitHub sends when somebody asks for checks again, and what must not be taken for that. */
const patience = { timeout: 25_000 }

let system: System
beforeAll(async () => {
  system = await startSystem({ executor: 'fake', concurrency: 16 })
})
afterAll(() => system.close())
afterEach(async () => {
  system.standIn.webhooks.duplicate = false
  await system.standIn.settled()
  if (system.standIn.violations.length > 0) throw new Error(system.standIn.violations.join('\n'))
})

const job = (name: string, command: string) =>
  `  ${name}: { machine: true, steps: [{ run: '${command}' }] }\n`
const config = (jobs: string, ...names: readonly string[]) =>
  `version: 2.1\njobs:\n${jobs}workflows:\n  ci:\n    jobs:\n${names.map((name) => `      - ${name}\n`).join('')}`
const three = config(job('a', 'exit 1') + job('b', 'exit 1') + job('c', 'exit 1'), 'a', 'b', 'c')

async function push(name: string, text: string): Promise<string> {
  const copy = await system.repository(name)
  const sha = await copy.commit({ '.circleci/config.yml': text })
  await copy.push('HEAD:main')
  return sha
}
const becomes = (sha: string, checks: Record<string, string>) =>
  expect.poll(() => system.checks(sha), patience).toEqual(checks)
const allFailed = { 'ci / a': 'failure', 'ci / b': 'failure', 'ci / c': 'failure' }

/** How often the check of that name was made: once, and once more a re-run. */
const times = (sha: string, name: string) =>
  system.standIn.runs(sha).filter((run) => run.name === name && run.conclusion !== null).length
const summary = (sha: string) => system.check(sha, 'sluice').summary ?? ''
const permissionsAsked = (repository: string) =>
  system.standIn.requests.filter(
    ({ path }) => path.includes(`/${repository}/collaborators/`) && path.endsWith('/permission'),
  ).length

describe('Re-run all checks', () => {
  test('of a commit that is on no branch finds its pipeline by the commit', async () => {
    const copy = await system.repository('detached')
    const tagged = config(job('build', 'true'), '{build: {filters: {tags: {only: /.*/}}}}')
    const sha = await copy.commit({ '.circleci/config.yml': tagged })
    await copy.git('tag', 'v1')
    await copy.push('v1')
    const good = { 'ci / build (tag v1)': 'success', 'sluice (tag v1)': 'success' }
    await becomes(sha, good)
    await system.standIn.ui.rerunAll(sha, 'ann')
    const asked = system.standIn.deliveries.findLast(({ event }) => event === 'check_suite')
    expect(JSON.parse(asked?.payload ?? '')).toMatchObject({
      action: 'rerequested',
      check_suite: { head_branch: null, pull_requests: [] },
    })
    await expect.poll(() => times(sha, 'ci / build (tag v1)'), patience).toBe(2)
    await becomes(sha, good)
  }, 60_000)

  test('takes an approval back: it has to be given again', async () => {
    const held = config(
      job('deploy', 'true'),
      '{hold: {type: approval}}',
      '{deploy: {requires: [hold]}}',
    )
    const sha = await push('again', held)
    await expect.poll(() => system.checks(sha)['ci / hold'], patience).toBe('action_required')
    await system.click(sha, 'ci / hold', 'approve')
    await becomes(sha, { 'ci / hold': 'success', 'ci / deploy': 'success', sluice: 'success' })
    await system.standIn.ui.rerunAll(sha, 'ann')
    await expect.poll(() => system.checks(sha)['ci / hold'], patience).toBe('action_required')
    expect(times(sha, 'ci / deploy')).toBe(1)
    // What was green stays a run of its own on GitHub; a new one tells of the re-run.
    await expect.poll(() => system.checks(sha)['sluice'], patience).toBe('in_progress')
    const runs = system.standIn.runs(sha).filter(({ name }) => name === 'sluice')
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success', null])
  }, 60_000)
})

test('Re-run on an approval that waits approves nothing, and the check says so', async () => {
  const held = config(
    job('deploy', 'true'),
    '{hold: {type: approval}}',
    '{deploy: {requires: [hold]}}',
  )
  const sha = await push('waiting', held)
  await expect.poll(() => system.checks(sha)['ci / hold'], patience).toBe('action_required')
  await system.standIn.ui.rerun(system.check(sha, 'ci / hold').id, 'ann')
  await expect
    .poll(() => summary(sha), patience)
    .toContain(
      'ann asked for a re-run: hold waits for approval, which a re-run does not give; nothing changed',
    )
  expect(system.checks(sha)['ci / hold']).toBe('action_required')
  expect(times(sha, 'ci / deploy')).toBe(0)
}, 60_000)

describe('Re-run failed checks', () => {
  test('of 40 is an event each, and one re-run with one question to GitHub', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `j${index}`)
    const sha = await push(
      'forty',
      config(names.map((name) => job(name, 'exit 1')).join(''), ...names),
    )
    await expect.poll(() => system.checks(sha)['sluice'], { timeout: 60_000 }).toBe('failure')
    const failed = () => names.filter((name) => system.checks(sha)[`ci / ${name}`] === 'failure')
    await expect.poll(() => failed().length, { timeout: 60_000 }).toBe(40)
    await system.standIn.ui.rerunFailed(sha, 'ann')
    const rerun = system.standIn.deliveries.filter(({ payload }) =>
      /^\{[^{]*"action":"rerequested"/.test(payload),
    )
    expect(rerun.filter(({ payload }) => payload.includes(sha))).toHaveLength(41)
    const counts = () => new Set(names.map((name) => times(sha, `ci / ${name}`)))
    await expect.poll(counts, { timeout: 60_000 }).toEqual(new Set([2]))
    await expect.poll(() => times(sha, 'sluice'), patience).toBe(2)
    expect(permissionsAsked('forty')).toBe(1)
    expect(summary(sha).match(/asked for a re-run/g)).toHaveLength(1)
    expect(summary(sha)).toContain('run 2')
  }, 180_000)

  test('whose events all come twice are run again once', async () => {
    const sha = await push('doubled', three)
    await becomes(sha, { ...allFailed, sluice: 'failure' })
    const counts = () => ['ci / a', 'ci / b', 'ci / c', 'sluice'].map((name) => times(sha, name))
    system.standIn.webhooks.duplicate = true
    await system.standIn.ui.rerunFailed(sha, 'ann')
    await system.standIn.settled()
    await expect.poll(counts, patience).toEqual([2, 2, 2, 2])
    // A second re-run of the doubles would be over before one that is asked for now.
    await system.standIn.ui.rerun(system.check(sha, 'ci / a').id, 'ann')
    await expect.poll(counts, patience).toEqual([3, 2, 2, 3])
  }, 60_000)
})

test('checks of other Apps and what Sluice itself asks for are not listened to', async () => {
  const sha = await push('others', three)
  await becomes(sha, { ...allFailed, sluice: 'failure' })
  for (const conclusion of ['failure', undefined])
    await system.standIn.addForeignRun({
      repository: 'acme/others',
      sha,
      app: 'github-actions',
      name: 'sluice',
      ...(conclusion && { conclusion }),
    })
  // Through the API under the App's own name, as a careless App would loop for ever.
  const own = await installationClient()
  const place = { owner: 'acme', repo: 'others' }
  const a = system.check(sha, 'ci / a').id
  const { status } = await own.rest.checks.rerequestRun({ ...place, check_run_id: a })
  expect(status).toBe(201)
  await system.standIn.settled()
  const sent = lastDelivery('check_run')
  expect(JSON.parse(sent)).toMatchObject({ action: 'rerequested', sender: { type: 'Bot' } })
  // GitHub promises to tell the owning App only; the promise is not relied upon.
  const foreign = JSON.parse(sent)
  foreign.check_run.app.id = 15_368
  foreign.sender = { ...foreign.sender, login: 'ann', type: 'User', id: system.ann.id }
  expect(await deliver('check_run', JSON.stringify(foreign))).toBe(200)

  await system.standIn.ui.rerun(system.check(sha, 'ci / c').id, 'ann')
  await expect.poll(() => times(sha, 'ci / c'), patience).toBe(2)
  await expect.poll(() => times(sha, 'sluice'), patience).toBe(2)
  expect(times(sha, 'ci / a')).toBe(1)
  expect(summary(sha).match(/\S+ asked for a re-run/g)).toEqual(['ann asked for a re-run'])
  expect(permissionsAsked('others')).toBe(1)
}, 60_000)

test('whatever our own checks cause is answered and starts nothing', async () => {
  const sha = await push('echoes', config(job('build', 'true'), 'build'))
  await becomes(sha, { 'ci / build': 'success', sluice: 'success' })
  await system.standIn.settled()
  const echoes = system.standIn.deliveries.filter(({ payload }) => payload.includes(sha))
  const kinds = new Set(
    echoes.map(({ event, payload }) => `${event} ${JSON.parse(payload).action ?? ''}`),
  )
  // The suite that a push requests must not become a second pipeline beside the push.
  expect([...kinds]).toEqual(
    expect.arrayContaining([
      'push ',
      'check_suite requested',
      'check_run created',
      'check_run completed',
    ]),
  )
  expect(new Set(echoes.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  expect(summary(sha).match(/\[Pipeline \d+\]/g)).toEqual(['[Pipeline 1]'])
  expect(system.standIn.runs(sha)).toHaveLength(2)
}, 60_000)

const lastDelivery = (event: string): string =>
  system.standIn.deliveries.findLast((one) => one.event === event)?.payload ?? ''

/** GitHub's API with a token of the App. */
async function installationClient() {
  const { app, host, installations } = system.standIn
  const { appId, privateKey, webhookSecret } = app
  const gitHub = { gheHost: host, gheProtocol: 'http', log: silentLog, requestTimeoutMs: 5000 }
  const probot = createClient({ appId, privateKey, webhookSecret, ...gitHub })
  await probot.ready()
  return probot.auth(installations[0]?.id ?? 0)
}

/** Sends a signed delivery under a new id, as GitHub would, and answers the status. */
async function deliver(event: string, body: string): Promise<number> {
  const { webhookSecret } = system.standIn.app
  const signature = createHmac('sha256', webhookSecret).update(body).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${signature}`,
  }
  const url = `${system.sluice.url}/api/github/webhooks`
  return (await fetch(url, { method: 'POST', body, headers })).status
}

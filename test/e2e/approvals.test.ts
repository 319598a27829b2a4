import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { secretCommand } from '../support/secret-command.ts'
import { openStage, type Stage } from '../support/stage.ts'

/** Who may approve: every row of what GitHub says about a person, through real HTTP. */
const patience = { timeout: 25_000 }
const env = {
  SLUICE_EXECUTOR: 'fake',
  SLUICE_SECRETS_KEY: randomBytes(32).toString('base64'),
}

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
  const roles = { wendy: 'write', max: 'maintain', tom: 'triage', rita: 'read' } as const
  for (const [login, role] of Object.entries(roles)) stage.gitHub.addPerson({ login, role })
  stage.gitHub.addPerson({ login: 'deps[bot]', type: 'Bot', role: 'admin' })
  stage.gitHub.addTeam({
    org: 'acme',
    slug: 'ops',
    members: [
      { login: 'rita', role: 'member', state: 'active' },
      { login: 'tom', role: 'member', state: 'pending' },
    ],
  })
  await stage.serve(env)
})
afterAll(() => stage[Symbol.asyncDispose]())
afterEach(async () => {
  await stage.gitHub.settled()
  if (stage.gitHub.violations.length > 0) throw new Error(stage.gitHub.violations.join('\n'))
})

const config = (hold = '{ type: approval }') => `version: 2.1
jobs:
  deploy: { machine: true, steps: [run: 'true'] }
workflows:
  ci:
    jobs:
      - hold: ${hold}
      - deploy: { requires: [hold] }
`
let made = 0

/** A push to a new repository with an approval that is held, under these settings. */
async function held(settings = '', hold?: string): Promise<string> {
  made += 1
  const copy = await stage.repository(`approvals-${made}`)
  const sha = await copy.commit({
    '.circleci/config.yml': config(hold),
    ...(settings !== '' && { '.circleci/sluice.yml': settings }),
  })
  await copy.push('HEAD:main')
  await expect.poll(() => stage.checks(sha)['ci / hold'], patience).toBe('action_required')
  return sha
}
const check = (sha: string) => stage.check(sha, 'ci / hold')
const expectApproved = (sha: string) =>
  expect
    .poll(() => stage.checks(sha), patience)
    .toEqual({ 'ci / hold': 'success', 'ci / deploy': 'success', sluice: 'success' })
const says = (sha: string, text: string) =>
  expect.poll(() => check(sha).summary, patience).toContain(text)

/** The click changes nothing, and the check says why. */
async function expectRefused(sha: string, login: string, why: string, button = 'approve') {
  await stage.click(sha, 'ci / hold', button, login)
  await says(sha, `${login.replaceAll(/[[\]]/g, '\\$&')} asked to ${button}: ${why}`)
  expect(check(sha).summary).toContain('nothing changed.')
  expect(stage.checks(sha)['ci / hold']).toBe('action_required')
}

/** Which of the two depends on whether Sluice knows already that GitHub has the newer check. */
const tooLate = (asked: string): RegExp =>
  new RegExp(
    `${asked}: (this check is outdated|it is (success|canceled) and waits for nobody); nothing changed`,
  )

describe('without settings', () => {
  test('write access is enough; less is refused, and a bot whatever it has', async () => {
    const sha = await held()
    await expect
      .poll(() => check(sha).title, patience)
      .toBe('waits for approval by somebody with write access')
    await says(sha, 'Who may approve or reject: people with write access.')
    await says(sha, 'Approving lets start: `deploy`.')
    await expect
      .poll(() => stage.check(sha, 'sluice').title, patience)
      .toBe('waits for approval by somebody with write access: hold')
    await expectRefused(sha, 'rita', 'rita has read access; write access is needed')
    await expectRefused(sha, 'tom', 'tom has triage access; write access is needed', 'reject')
    await expectRefused(sha, 'deps[bot]', 'bots may not do this')
    await stage.click(sha, 'ci / hold', 'approve', 'wendy')
    await expectApproved(sha)
    expect(check(sha).title).toBe('approved by wendy')
    expect(check(sha).summary).toMatch(/Approved by wendy at \d{4}-\d\d-\d\d \d\d:\d\d UTC\./)
  }, 60_000)

  test('our own App is not listened to', async () => {
    const sha = await held()
    await stage.click(sha, 'ci / hold', 'approve', 'sluice[bot]')
    await expectRefused(sha, 'rita', 'rita has read access')
    expect(check(sha).summary).not.toContain('sluice')
  }, 60_000)

  test('a person removed a second ago is refused', async () => {
    stage.gitHub.addPerson({ login: 'leaver', role: 'write' })
    const sha = await held()
    stage.gitHub.changePerson('leaver', { role: 'read' })
    await expectRefused(sha, 'leaver', 'leaver has read access; write access is needed')
  }, 60_000)

  test.each([
    ['was renamed, and a stranger took the login', true],
    ['was renamed, and nobody has the login', false],
  ])(
    'a person who clicked and %s has no access under it',
    async (_, taken) => {
      const login = `dora-${taken}`
      stage.gitHub.addPerson({ login, role: 'write' })
      const sha = await held()
      const lost = (parcel: { readonly event: string }) => parcel.event === 'check_run'
      stage.gitHub.webhooks.drop(lost)
      await stage.click(sha, 'ci / hold', 'approve', login)
      stage.gitHub.webhooks.dropNone()
      stage.gitHub.changePerson(login, { login: `${login}-2` })
      if (taken) stage.gitHub.addPerson({ login, role: 'admin' })
      const click = stage.gitHub.deliveries.findLast((one) => one.event === 'check_run')
      if (!click) throw new Error('no click was sent')
      await stage.gitHub.redeliver(click)
      await says(sha, `${login} asked to approve: ${login} has no access; write access is needed`)
      expect(stage.checks(sha)['ci / hold']).toBe('action_required')
    },
    60_000,
  )

  test('where GitHub does not say who they are, nobody is let in, and the check says so', async () => {
    const sha = await held()
    const op = 'repos/get-collaborator-permission-level'
    stage.gitHub.faults.push({ op, status: 502, times: 3 })
    await expectRefused(sha, 'wendy', 'GitHub did not say whether they may; try again')
    await stage.click(sha, 'ci / hold', 'approve', 'wendy')
    await expectApproved(sha)
  }, 60_000)

  test('a click that is delivered again, or made again, changes nothing any more', async () => {
    const sha = await held()
    const old = check(sha).id
    await stage.gitHub.ui.clickAction(old, 'approve', 'wendy')
    await expectApproved(sha)
    const first = stage.gitHub.deliveries.findLast(
      (one) => one.event === 'check_run' && one.action === 'requested_action',
    )
    if (!first) throw new Error('no click was sent')
    await stage.gitHub.redeliver(first)
    await stage.gitHub.ui.clickAction(old, 'reject', 'max')
    await expect.poll(() => check(sha).summary, patience).toMatch(tooLate('max asked to reject'))
    expect(check(sha).summary).not.toContain('wendy asked')
    await expectApproved(sha)
  }, 60_000)

  test('a click after a cancel changes nothing', async () => {
    const sha = await held()
    const old = check(sha).id
    await expect.poll(() => stage.checks(sha)['sluice'], patience).toBe('in_progress')
    await stage.click(sha, 'sluice', 'cancel', 'wendy')
    await expect.poll(() => stage.checks(sha)['ci / hold'], patience).toBe('cancelled')
    await stage.gitHub.ui.clickAction(old, 'approve', 'wendy')
    await expect.poll(() => check(sha).summary, patience).toMatch(tooLate('wendy asked to approve'))
    expect(stage.checks(sha)).toMatchObject({ 'ci / hold': 'cancelled', sluice: 'failure' })
  }, 60_000)
})

describe('with settings', () => {
  test('maintain is told from write, although GitHub folds it', async () => {
    const sha = await held('approvals: { allow: { role: maintain } }')
    await expect.poll(() => check(sha).title, patience).toBe('waits for approval by a maintainer')
    await expectRefused(sha, 'wendy', 'wendy has write access; maintain access is needed')
    await stage.click(sha, 'ci / hold', 'approve', 'max')
    await expectApproved(sha)
  }, 60_000)

  test('a member of a team may, one who is only invited may not, nor one who has left it', async () => {
    const sha = await held('approvals: { allow: { teams: ops } }')
    await expectRefused(sha, 'tom', 'tom has triage access; only members of the team ops may')
    await expectRefused(sha, 'ann', 'ann has admin access; only members of the team ops may')
    await stage.click(sha, 'ci / hold', 'approve', 'rita')
    await expectApproved(sha)
    const next = await held('approvals: { allow: { teams: [late, ops] } }')
    stage.gitHub.addTeam({ org: 'acme', slug: 'ops', members: [] })
    await expectRefused(
      next,
      'rita',
      'rita has read access; only members of the teams late or ops may',
    )
  }, 60_000)

  test('a named person may, and nobody else', async () => {
    const sha = await held('approvals: { jobs: { ho*: { allow: { people: Tom } } } }')
    await expectRefused(sha, 'ann', 'ann has admin access; only Tom may')
    await stage.click(sha, 'ci / hold', 'approve', 'tom')
    await expectApproved(sha)
  }, 60_000)

  test('who pushed may not approve it, only reject it', async () => {
    const sha = await held('approvals: { not-author: true }')
    await says(sha, 'Not the author of this change.')
    await expectRefused(sha, 'ann', 'ann is an author of this change; somebody else has to')
    await stage.click(sha, 'ci / hold', 'reject', 'ann')
    await expect.poll(() => stage.checks(sha)['ci / hold'], patience).toBe('cancelled')
    expect(check(sha).title).toBe('rejected by ann')
  }, 60_000)

  test('two different people are needed; who has lost the right meanwhile does not count', async () => {
    stage.gitHub.addPerson({ login: 'early', role: 'write' })
    const sha = await held('approvals: { people-needed: 2 }')
    await stage.click(sha, 'ci / hold', 'approve', 'early')
    await expect
      .poll(() => check(sha).title, patience)
      .toBe('approved by early, one more person needed')
    await stage.click(sha, 'ci / hold', 'approve', 'early')
    await says(sha, 'early asked to approve again; it waits for one more person.')
    stage.gitHub.changePerson('early', { role: 'read' })
    await stage.click(sha, 'ci / hold', 'approve', 'wendy')
    await says(sha, 'early may not approve any more and no longer counts.')
    expect(stage.checks(sha)['ci / hold']).toBe('action_required')
    await stage.click(sha, 'ci / hold', 'approve', 'max')
    await expectApproved(sha)
    expect(check(sha).title).toBe('approved by wendy and max')
  }, 60_000)

  test('an approval that nobody gives in time is canceled, and says so', async () => {
    const sha = await held('approvals: { expires: 2s }')
    await expect.poll(() => stage.checks(sha)['ci / hold'], patience).toBe('cancelled')
    expect(check(sha).title).toBe('its time of 2s ran out and nobody approved')
    await expect.poll(() => stage.checks(sha)['sluice'], patience).toBe('failure')
  }, 60_000)

  test('settings of another branch count for nothing, and mistakes in the right ones let nobody in', async () => {
    const copy = await stage.repository('broken')
    const files = { '.circleci/config.yml': config() }
    const before = await copy.commit({
      ...files,
      '.circleci/sluice.yml': 'approvals:\n  roles: x\n',
    })
    await copy.push('HEAD:main')
    await expect.poll(() => stage.checks(before)['ci / hold'], patience).toBe('action_required')
    const why = '.circleci/sluice.yml of the default branch is wrong in line 2'
    await expect.poll(() => check(before).title, patience).toContain(why)
    const sha = await copy.commit({
      '.circleci/sluice.yml': 'approvals: { allow: { people: rita } }',
    })
    await copy.push('HEAD:other')
    await expect.poll(() => stage.checks(sha)['ci / hold'], patience).toBe('action_required')
    await expectRefused(sha, 'ann', why)
    await expectRefused(sha, 'rita', why)
    await copy.push('HEAD:main')
    await stage.click(before, 'ci / hold', 'approve', 'rita')
    await expectApproved(before)
  }, 60_000)

  test('a context that the approval names restricts who may approve', async () => {
    const data = { ...env, SLUICE_DATA_DIR: join(stage.directory, 'data') }
    const place = ['--context', 'gate', '--org', 'acme']
    const secret = async (input: string, ...words: readonly string[]) =>
      expect(await secretCommand([...words, ...place], { input, env: data })).toMatchObject({
        code: 0,
      })
    await secret('x', 'set', 'X')
    await secret('', 'restrict', '--role', 'maintain')
    const sha = await held('', '{ type: approval, context: gate }')
    await says(sha, 'Only who may use `gate` can approve.')
    await expectRefused(
      sha,
      'wendy',
      'wendy may not use the context gate: wendy has write access; maintain access is needed',
    )
    await stage.click(sha, 'ci / hold', 'approve', 'max')
    await expectApproved(sha)
  }, 60_000)
})

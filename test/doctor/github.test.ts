import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { examine, exitCodeOf } from '../../src/doctor/doctor.ts'
import type { DoctorParts } from '../../src/doctor/parts.ts'
import type { AskGitHub } from '../../src/ports/github-rest.ts'
import { manifest } from '../setup/support.ts'
import { changeHook, findingsOn, openPractice } from './support.ts'

const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()

test('where all is as it should be, all is ok', async () => {
  const practice = await openPractice()
  await practice.gitHub.createRepository({ owner: 'acme', name: 'shop' })
  await practice.gitHub.ping()
  const findings = await examine(practice.parts)
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
  expect(findings.map(({ check }) => check)).toEqual([
    'settings',
    'secrets-key',
    'clock',
    'app',
    'permissions',
    'events',
    'webhook',
    'deliveries',
    'installations',
    'rate-limit',
    'database',
    'data-directory',
    'executor',
    'git',
  ])
  expect(exitCodeOf(findings)).toBe(0)
  const said = findings.map(({ message }) => message).join('\n')
  expect(said).toContain('1 installation, 1 repository')
  expect(said).toContain('ping arrived at')
  expect(practice.gitHub.violations).toEqual([])
})

test.each([-240, -40, 40, 240])(
  'a clock that is %i s off is told, and all else is still asked',
  async (s) => {
    const practice = await openPractice()
    practice.gitHub.clock.advance(s * 1000)
    const findings = await examine(practice.parts)
    const clock = findings.find(({ check }) => check === 'clock')
    expect(clock).toMatchObject({ verdict: 'problem', action: expect.stringContaining('NTP') })
    expect(clock?.message).toMatch(
      new RegExp(`(${Math.abs(s)}|${Math.abs(s) + 1}|${Math.abs(s) - 1}) s`),
    )
    expect(clock?.message).toContain(s > 0 ? 'behind' : 'ahead of')
    expect(findings.find(({ check }) => check === 'app')?.verdict).toBe('ok')
    expect(findings.find(({ check }) => check === 'installations')?.verdict).toBe('ok')
  },
)

test('a key of another App is told, and where to make the right one', async () => {
  const practice = await openPractice()
  const app = { appId: practice.gitHub.app.appId, privateKey: otherKey }
  expect(await findingsOn('app', practice, { app })).toEqual([
    {
      check: 'app',
      verdict: 'problem',
      message: expect.stringContaining('does not take the key for the App 123456'),
      action: expect.stringContaining(`${practice.gitHub.url}/settings/apps`),
    },
  ])
})

test('an App that is not there is told', async () => {
  const practice = await openPractice()
  const app = { appId: 99, privateKey: practice.gitHub.app.privateKey }
  const [finding] = await findingsOn('app', practice, { app })
  expect(finding).toMatchObject({ verdict: 'problem' })
  expect(finding?.message).toContain('GitHub knows no App 99')
})

test('missing and low permissions are told with the page on which to grant them', async () => {
  const { members: _, ...rest } = manifest.permissions
  const practice = await openPractice({ permissions: { ...rest, checks: 'read' } })
  const page = `${practice.gitHub.url}/organizations/sluice-makers/settings/apps/sluice/permissions`
  expect(await findingsOn('permissions', practice)).toEqual([
    {
      check: 'permissions',
      verdict: 'problem',
      message: expect.stringContaining('lacks checks: write, members: read'),
      action: expect.stringContaining(page),
    },
  ])
})

test('more permissions than needed are a warning', async () => {
  const permissions = { ...manifest.permissions, contents: 'write', actions: 'read' }
  const [finding] = await findingsOn('permissions', await openPractice({ permissions }))
  expect(finding?.verdict).toBe('warning')
  expect(finding?.message).toContain('contents: write, actions: read')
})

test('an event that the App does not hear of is told', async () => {
  const events = manifest.events.filter((event) => event !== 'push')
  const [finding] = await findingsOn('events', await openPractice({ events }))
  expect(finding).toMatchObject({
    verdict: 'problem',
    action: expect.stringContaining('/permissions'),
  })
  expect(finding?.message).toContain('does not hear of push')
})

test.each([
  [
    'elsewhere',
    { url: 'https://old.example.com/api/github/webhooks' },
    'problem',
    'https://old.example.com',
  ],
  ['another path', { url: 'http://127.0.0.1/' }, 'problem', '/api/github/webhooks'],
  ['a form', { content_type: 'form' }, 'problem', 'deliveries come as form'],
  ['no secret', { secret: '' }, 'problem', 'no secret'],
  ['any certificate', { insecure_ssl: '1' }, 'warning', 'certificate'],
])('a webhook with %s is told with the page of the App', async (_what, changes, verdict, words) => {
  const practice = await openPractice()
  await changeHook(practice, changes)
  const [finding] = await findingsOn('webhook', practice)
  expect(finding).toMatchObject({
    verdict,
    action: expect.stringContaining('/settings/apps/sluice'),
  })
  expect(finding?.message).toContain(words)
})

test('without SLUICE_PUBLIC_URL links lead nowhere, which is a warning', async () => {
  const practice = await openPractice()
  const [finding] = await findingsOn('webhook', practice, { publicUrl: null })
  expect(finding).toMatchObject({ verdict: 'warning' })
  expect(finding?.message).toContain('SLUICE_PUBLIC_URL is not set')
})

test('an App without webhook is told', async () => {
  const practice = await openPractice()
  practice.gitHub.setWebhookUrl(null)
  const [finding] = await findingsOn('webhook', practice)
  expect(finding).toMatchObject({ verdict: 'problem' })
  expect(finding?.action).toContain(`${practice.publicUrl}/api/github/webhooks`)
})

test('no delivery so far is a warning', async () => {
  const [finding] = await findingsOn('deliveries', await openPractice())
  expect(finding).toMatchObject({
    verdict: 'warning',
    action: expect.stringContaining('/advanced'),
  })
})

test.each([
  [401, 'the secrets differ'],
  [400, 'the secrets differ'],
  [404, 'something else than Sluice answered'],
  [502, 'Sluice behind it does not'],
  [500, 'the log of Sluice'],
])('a newest delivery that was answered by %i is told with its remedy', async (status, remedy) => {
  const practice = await openPractice()
  practice.answerWith(status)
  await practice.gitHub.ping()
  const [finding] = await findingsOn('deliveries', practice)
  expect(finding).toMatchObject({ verdict: 'problem', action: expect.stringContaining(remedy) })
  expect(finding?.message).toContain(`Invalid HTTP Response: ${status}`)
  expect(finding?.message).toContain('The ping at')
})

test('a delivery that nobody answered is told', async () => {
  const practice = await openPractice()
  practice.gitHub.setWebhookUrl('http://127.0.0.1:1/api/github/webhooks')
  await practice.gitHub.ping()
  const [finding] = await findingsOn('deliveries', practice)
  expect(finding?.message).toContain('failed to connect to host')
  expect(finding?.action).toContain(`${practice.publicUrl} leads to it`)
})

test('earlier failures do not count once a delivery has arrived', async () => {
  const practice = await openPractice()
  practice.answerWith(500)
  await practice.gitHub.ping()
  practice.answerWith(200)
  await practice.gitHub.ping()
  const [finding] = await findingsOn('deliveries', practice)
  expect(finding).toMatchObject({
    verdict: 'ok',
    message: expect.stringContaining('2 deliveries 1 failed'),
  })
})

test('a ping is asked for only when wished, and its answer waited for', async () => {
  const practice = await openPractice()
  await practice.gitHub.ping()
  expect(await findingsOn('ping', practice)).toEqual([])
  expect(practice.gitHub.deliveries).toHaveLength(1)
  const [arrived] = await findingsOn('ping', practice, { ping: true })
  expect(arrived).toMatchObject({ verdict: 'ok', message: expect.stringContaining('ping arrived') })
  practice.answerWith(502)
  const [failed] = await findingsOn('ping', practice, { ping: true })
  expect(failed).toMatchObject({ verdict: 'problem' })
  expect(failed?.message).toContain('Invalid HTTP Response: 502')
  expect(practice.gitHub.deliveries.map(({ redelivery }) => redelivery)).toEqual([
    false,
    true,
    true,
  ])
})

test('without an earlier ping none can be repeated', async () => {
  const [finding] = await findingsOn('ping', await openPractice(), { ping: true })
  expect(finding).toMatchObject({
    verdict: 'unknown',
    message: expect.stringContaining('keeps no ping'),
  })
})

test('a ping that GitHub does not deliver is not waited for without end', async () => {
  const practice = await openPractice()
  await practice.gitHub.ping()
  practice.gitHub.faults.push({ op: 'apps/redeliver-webhook-delivery', status: 202 })
  const slept: number[] = []
  const clock = { now: () => Date.now(), sleep: async (ms: number) => void slept.push(ms) }
  const [finding] = await findingsOn('ping', practice, { ping: true, clock })
  expect(finding?.verdict).toBe('unknown')
  expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(20_000)
})

test('few requests that are left are a warning, no limit is none', async () => {
  const practice = await openPractice()
  const { ask } = practice.parts
  const left = (remaining: number) => ({
    status: 200,
    body: { resources: { core: { limit: 5000, remaining } } },
    time: null,
  })
  const asking = (remaining: number): Partial<DoctorParts> => ({
    ask: (question) =>
      question.path === '/rate_limit' ? Promise.resolve(left(remaining)) : ask(question),
  })
  expect((await findingsOn('rate-limit', practice, asking(499)))[0]?.verdict).toBe('warning')
  expect((await findingsOn('rate-limit', practice, asking(500)))[0]?.verdict).toBe('ok')
  practice.gitHub.faults.push({ op: 'rate-limit/get', status: 404 })
  const [none] = await findingsOn('rate-limit', practice)
  expect(none).toMatchObject({ verdict: 'ok', message: 'acme: GitHub tells of no limit' })
})

test('a suspended installation is told, and not asked', async () => {
  const practice = await openPractice()
  const { ask } = practice.parts
  const suspended: AskGitHub = async (question) => {
    const answer = await ask(question)
    if (!question.path.startsWith('/app/installations?') || !Array.isArray(answer.body))
      return answer
    const body = answer.body.map((one: object) => ({
      ...one,
      suspended_at: '2026-01-01T00:00:00Z',
    }))
    return { ...answer, body }
  }
  const [finding] = await findingsOn('installations', practice, { ask: suspended })
  expect(finding).toMatchObject({
    verdict: 'warning',
    message: expect.stringContaining('suspended'),
  })
  expect(practice.gitHub.requests.map(({ op }) => op)).not.toContain(
    'apps/create-installation-access-token',
  )
})

test('an App that is installed nowhere is told where to install it', async () => {
  const practice = await openPractice({ installations: [] })
  const [finding] = await findingsOn('installations', practice)
  expect(finding).toMatchObject({
    verdict: 'warning',
    action: `install it on ${practice.gitHub.url}/apps/sluice/installations/new`,
  })
})

test('an installation that has not accepted new permissions is told with its page', async () => {
  const practice = await openPractice({
    installations: [
      { account: 'acme', permissions: { checks: 'write', contents: 'read', metadata: 'read' } },
      { account: 'other' },
    ],
  })
  const findings = await findingsOn('installations', practice)
  expect(findings.map(({ verdict }) => verdict)).toEqual(['problem', 'ok'])
  expect(findings[0]?.message).toContain('acme does not grant pull_requests: read')
  expect(findings[0]?.action).toContain(`${practice.gitHub.url}/settings/installations/`)
  expect(findings[1]?.message).toContain('2 installations')
})

test('a GitHub that does not answer cannot be looked at', async () => {
  const practice = await openPractice()
  practice.gitHub.faults.push({ op: 'apps/get-webhook-config-for-app', status: 'drop' })
  const findings = await examine(practice.parts)
  expect(findings.find(({ check }) => check === 'github')).toMatchObject({ verdict: 'unknown' })
  expect(exitCodeOf(findings)).toBe(3)
})

test.each([500, 403])(
  'what GitHub refuses by %i cannot be looked at, all else is',
  async (status) => {
    const practice = await openPractice()
    practice.gitHub.faults.push({ op: 'apps/list-webhook-deliveries', status })
    const [finding] = await findingsOn('deliveries', practice)
    expect(finding?.verdict).toBe('unknown')
    expect((await findingsOn('installations', practice))[0]?.verdict).toBe('ok')
  },
)

test('without a key GitHub is not asked', async () => {
  const practice = await openPractice()
  const [finding] = await findingsOn('app', practice, { app: null })
  expect(finding).toMatchObject({
    verdict: 'unknown',
    action: expect.stringContaining('sluice setup'),
  })
  expect(practice.gitHub.requests).toEqual([])
})

import { createHmac, randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer, request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { createMiddleware } from '../../../src/github/webhooks/middleware.ts'
import type { NewEvent } from '../../../src/ports/inbox.ts'
import type { Log } from '../../../src/ports/log.ts'
import { FakeChecks } from '../../support/fake-checks.ts'
import { fakeReach } from '../../support/fake-reach.ts'
import { appId, appSettings, newProbot } from '../../support/github-app.ts'
import { checkRunPayload, checkSuitePayload, headSha, pushPayload } from '../../support/payloads.ts'
import { jobFacts, jobRun, running } from '../../support/runs.ts'
import { until } from '../../support/until.ts'

const path = '/api/github/webhooks'

let server: Server
let origin: string
let put: (events: readonly NewEvent[]) => Promise<number>
let stored: NewEvent[]
let lines: string[]
let checks: FakeChecks

beforeEach(async () => {
  stored = []
  lines = []
  checks = new FakeChecks()
  put = (events) => {
    stored.push(...events)
    return Promise.resolve(events.length)
  }
  const note = (facts: object, message: string) => lines.push(`${message} ${JSON.stringify(facts)}`)
  const log: Log = { debug: note, info: note, warn: note, error: note }
  const middleware = await createMiddleware(newProbot(), {
    self: { appId, addresses: { web: 'https://github.com' } },
    inbox: { put: (events) => put(events) },
    checks,
    pullHead: () => Promise.resolve(null),
    isKnown: ({ name }) => Promise.resolve(name !== 'elsewhere'),
    reach: fakeReach,
    lookAround: () => undefined,
    pipelines: {
      held: () => Promise.resolve([]),
      atCommit: () => Promise.resolve([]),
      ofHead: () => Promise.resolve([]),
    },
    clock: systemClock,
    log,
    storeWithinMs: 200,
  })
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!(await middleware(request, response))) response.writeHead(404).end('somebody else')
  }
  server = createServer((request, response) => {
    void serve(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => {
    server.close(resolve)
  })
})

const sign = (body: string | Buffer): string =>
  `sha256=${createHmac('sha256', appSettings.webhookSecret).update(body).digest('hex')}`

const headersFor = (event: string, body: string | Buffer) => ({
  'content-type': 'application/json',
  'x-github-event': event,
  'x-github-delivery': 'f0e1d2c3-0000-1111-2222-333344445555',
  'x-hub-signature-256': sign(body),
})

const deliver = (
  event: string,
  payload: unknown,
  headers: Readonly<Record<string, string>> = {},
) => {
  const body = JSON.stringify(payload)
  return fetch(`${origin}${path}`, {
    method: 'POST',
    body,
    headers: { ...headersFor(event, body), ...headers },
  })
}

describe('a signed delivery', () => {
  test('is stored before it is answered', async () => {
    let durable = false
    put = async () => {
      await systemClock.sleep(20)
      durable = true
      return 1
    }
    expect((await deliver('push', pushPayload())).status).toBe(200)
    expect(durable).toBe(true)
  })
  test('becomes events under its delivery id', async () => {
    await deliver('push', pushPayload())
    expect(stored).toMatchObject([
      { key: 'f0e1d2c3-0000-1111-2222-333344445555/triggered', event: { type: 'triggered' } },
    ])
  })
  test('with characters outside of ASCII has its signature checked over the bytes', async () => {
    const head = { ...pushPayload().head_commit, message: 'Grüße 🙂' }
    expect((await deliver('push', pushPayload({ head_commit: head }))).status).toBe(200)
    expect(stored).toMatchObject([{ event: { trigger: { commit: { subject: 'Grüße 🙂' } } } }])
  })
  test('of a click finds its check and asks the engine', async () => {
    const job = jobRun('test', running)
    const external = `${job.pipelineId}/${job.workflowId}/${job.id}/0`
    const row = {
      key: 'k',
      subject: { kind: 'job', jobId: job.id, pipelineId: job.pipelineId },
      installationId: 5,
      repository: { id: 11, owner: 'acme', name: 'shop' },
      sha: headSha,
      wanted: 1,
      current: { githubId: 9, externalId: external, completed: false, digest: '' },
      sequence: 0,
      unanswered: null,
    } as const
    checks.want(row, jobFacts(job))
    await deliver(
      'check_run',
      checkRunPayload(external, { requested_action: { identifier: 'cancel' } }),
    )
    await deliver('check_run', checkRunPayload(external.replace(/0$/, '7')))
    expect(stored).toMatchObject([
      { event: { type: 'action-requested', action: 'cancel', jobId: job.id, current: true } },
    ])
    expect(lines.join('\n')).toContain('a check that is not in this database')
  })
  test('that asks for nothing is answered, and the log says why', async () => {
    expect((await deliver('check_suite', checkSuitePayload())).status).toBe(200)
    expect((await deliver('push', pushPayload({ deleted: true }))).status).toBe(200)
    expect(
      (await deliver('installation', { action: 'deleted', installation: { id: 5 } })).status,
    ).toBe(200)
    expect((await deliver('star', { action: 'created' })).status).toBe(200)
    expect(stored).toEqual([])
    expect(lines.join('\n')).toMatch(
      /a commit without a pipeline[^]*branch deleted[^]*installation 5/,
    )
  })
  test('for a repository that the App has no access to is said once and starts nothing', async () => {
    const repository = { ...pushPayload().repository, name: 'elsewhere' }
    for (let i = 0; i < 3; i++)
      expect((await deliver('push', pushPayload({ repository }))).status).toBe(200)
    expect(stored).toEqual([])
    expect(lines.filter((line) => line.includes('acme/elsewhere'))).toHaveLength(1)
  })
  test('that lacks what we need is said once, not each time', async () => {
    for (let i = 0; i < 5; i++)
      expect((await deliver('push', pushPayload({ installation: undefined }))).status).toBe(200)
    expect(
      lines.filter((line) => line.includes('without repository or installation')),
    ).toHaveLength(1)
  })
})

describe('what cannot be stored is not answered as if it were', () => {
  test('a database that fails is 500, so that GitHub can be asked again', async () => {
    put = () => Promise.reject(new Error('no database'))
    expect((await deliver('push', pushPayload())).status).toBe(500)
    expect(lines.join('\n')).toContain('no database')
    expect(lines.join('\n')).not.toContain('With doors')
  })
  test('a database that hangs is 500 before anybody gives up waiting', async () => {
    put = () => new Promise(() => undefined)
    expect((await deliver('push', pushPayload())).status).toBe(500)
  })
})

describe('what is not from GitHub is refused and nothing is stored', () => {
  const wrong = `sha256=${'0'.repeat(64)}`
  test.each([
    ['a wrong signature', { 'x-hub-signature-256': wrong }, 400],
    ['a malformed signature', { 'x-hub-signature-256': 'sha1=x' }, 400],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a content type that only begins alike', { 'content-type': 'application/jsonp' }, 415],
    ['a malformed delivery id', { 'x-github-delivery': 'a b' }, 400],
  ])('%s', async (_, headers, status) => {
    const answer = await deliver('push', pushPayload(), headers)
    expect(answer.status).toBe(status)
    expect(stored).toEqual([])
    expect(lines.join('\n')).toContain('a delivery was refused')
    expect(lines.join('\n')).not.toContain('With doors')
  })
  test('JSON that is none', async () => {
    const body = '{"ref":'
    const headers = headersFor('push', body)
    expect((await fetch(`${origin}${path}`, { method: 'POST', body, headers })).status).toBe(400)
  })
  test('a flood of refusals does not flood the log', async () => {
    await Promise.all(
      Array.from({ length: 100 }, () => deliver('push', {}, { 'x-hub-signature-256': wrong })),
    )
    expect(lines.length).toBeLessThanOrEqual(41)
  })
})

describe('bodies over 25 MB', () => {
  test('are refused by their length before a byte is read', async () => {
    const headers = { ...headersFor('push', ''), 'content-length': String(26 * 1024 * 1024) }
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${origin}${path}`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode)
        request.destroy()
      })
      request.on('error', reject).flushHeaders()
    })
    expect(status).toBe(413)
  })
  test('are refused on the way when they hid their length', async () => {
    const chunk = randomBytes(1024 * 1024)
    const headers = { ...headersFor('push', ''), 'transfer-encoding': 'chunked' }
    const answered: { status?: number } = {}
    const request = httpRequest(`${origin}${path}`, { method: 'POST', headers }, (response) => {
      answered.status = response.statusCode ?? 0
    })
    request.on('error', () => undefined)
    for (let sent = 0; sent < 40 && answered.status === undefined; sent++)
      await new Promise((resolve) => {
        request.write(chunk, resolve)
      })
    await until('an answer', () => answered.status !== undefined)
    request.destroy()
    expect(answered.status).toBe(413)
    expect(stored).toEqual([])
  })
  test('just below the limit are taken', async () => {
    const payload = pushPayload({ padding: 'x'.repeat(25 * 1024 * 1024 - 5000) })
    expect((await deliver('push', payload)).status).toBe(200)
    expect(stored).toHaveLength(1)
  })
  test('a body that breaks off leaves the door open for others', async () => {
    const headers = { ...headersFor('push', ''), 'content-length': '1000' }
    const request = httpRequest(`${origin}${path}`, { method: 'POST', headers })
    request.on('error', () => undefined)
    await new Promise((resolve) => {
      request.write('half', resolve)
    })
    request.destroy()
    expect((await deliver('push', pushPayload())).status).toBe(200)
  })
})

test('everything else is left to the rest of the server', async () => {
  expect((await fetch(`${origin}/`)).status).toBe(404)
  expect(await (await fetch(`${origin}${path}`)).text()).toBe('somebody else')
  expect((await fetch(`${origin}${path}/more`, { method: 'POST' })).status).toBe(404)
})

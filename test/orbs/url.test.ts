import type { RequestListener, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { faults } from '../support/orb-registry.ts'
import { orbText, testOrbs } from '../support/orbs.ts'

const { key, cert } = selfSigned()
const before = getCACertificates('default')
let server: Server
let origin: string
const seen: string[] = []
let answers: Readonly<Record<string, (response: ServerResponse) => void>>

const listener: RequestListener = ({ url = '' }, response) => {
  seen.push(url)
  const answer = answers[url]
  if (answer) answer(response)
  else response.writeHead(404).end()
}

beforeAll(async () => {
  setDefaultCACertificates([...before, cert])
  server = createServer({ key, cert }, listener)
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  setDefaultCACertificates(before)
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen.length = 0
  answers = { '/orbs/a.yml': (response) => response.end(orbText('a')) }
})

const orbs = (more: Parameters<typeof testOrbs>[0] = {}) =>
  testOrbs({ urls: [`${origin}/orbs`], ...more })

const messageOf = async (url: string, more: Parameters<typeof testOrbs>[0] = {}) => {
  const answer = await orbs(more).fetch(url)
  return answer.kind === 'missing' ? answer.message.replaceAll(origin, '') : answer
}

test('an orb comes from a URL below an address that is allowed, the URL being its version', async () => {
  const url = `${origin}/orbs/a.yml`
  expect(await orbs().fetch(url)).toEqual({ kind: 'source', version: url, text: orbText('a') })
  expect(await orbs({ urls: ['https://127.0.0.1:1/', url] }).fetch(url)).toMatchObject({
    kind: 'source',
  })
})

test('without addresses that are allowed nothing is asked for, and the setting is named', async () => {
  const answer = await orbs({ urls: [] }).fetch(`${origin}/orbs/a.yml`)
  expect(answer).toEqual({
    kind: 'missing',
    message: `${origin}/orbs/a.yml is not below an address from which orbs may be fetched`,
    hint: expect.stringContaining(`SLUICE_ORB_URLS names those addresses; one that would do is`),
  })
  expect(seen).toEqual([])
})

test.each([
  '/orbs-of-others/a.yml',
  '/a.yml',
  '/orbs/../a.yml',
  '/orbs/%2e%2e/a.yml',
  '/orbs/..%2fa.yml',
  '/orbs/..%5Ca.yml',
  '/orbs\\..\\a.yml',
])('%s is not below /orbs', async (path) => {
  expect(await messageOf(`${origin}${path}`)).toContain('is not below an address')
  expect(seen).toEqual([])
})

test('another port, another host and a host that only begins the same are not allowed', async () => {
  const { port } = new URL(origin)
  for (const url of [
    'https://127.0.0.1:1/orbs/a.yml',
    `https://localhost:${port}/orbs/a.yml`,
    `https://127.0.0.1.example.com:${port}/orbs/a.yml`,
  ])
    expect(await messageOf(url)).toContain('is not below an address')
  expect(seen).toEqual([])
})

test('redirects within what is allowed are followed', async () => {
  answers = {
    ...answers,
    '/orbs/b.yml': faults.redirects('c.yml'),
    '/orbs/c.yml': faults.redirects(`${origin}/orbs/a.yml`),
  }
  expect(await orbs().fetch(`${origin}/orbs/b.yml`)).toMatchObject({ text: orbText('a') })
})

test.each([
  'https://127.0.0.1:1/orbs/a.yml',
  'http://169.254.169.254/latest/meta-data',
  '/secret.yml',
  '/orbs/../secret.yml',
  'file:///etc/passwd',
])('a redirect to %s is not followed', async (to) => {
  answers = { '/orbs/a.yml': faults.redirects(to) }
  expect(await messageOf(`${origin}/orbs/a.yml`)).toMatch(/redirects to .*, beyond the addresses/)
  expect(seen).toEqual(['/orbs/a.yml'])
})

test('a redirect from https to http is not followed', async () => {
  answers = { '/orbs/a.yml': faults.redirects(`${origin.replace('https', 'http')}/orbs/b.yml`) }
  expect(await messageOf(`${origin}/orbs/a.yml`)).toContain('beyond the addresses')
})

test('redirects in a circle end', async () => {
  answers = { '/orbs/a.yml': faults.redirects('/orbs/a.yml') }
  expect(await messageOf(`${origin}/orbs/a.yml`)).toContain('more than 5 redirects')
})

test('a redirect to nowhere is told', async () => {
  answers = { '/orbs/a.yml': faults.redirects('https://') }
  expect(await messageOf(`${origin}/orbs/a.yml`)).toContain('could not be fetched')
})

test.each([
  ['nothing there', faults.status(404), 'there is nothing at /orbs/a.yml'],
  ['a refusal', faults.status(403), '/orbs/a.yml could not be fetched: HTTP 403'],
  ['a broken server', faults.status(502), '/orbs/a.yml could not be fetched: HTTP 502'],
  ['a broken connection', faults.closes, /could not be fetched: .*(closed|terminated|ECONNRESET)/],
  ['an endless body', faults.huge, 'what is at /orbs/a.yml is larger than 8388608 bytes'],
])('%s is told', async (_, fault, message) => {
  answers = { '/orbs/a.yml': fault }
  expect(await messageOf(`${origin}/orbs/a.yml`)).toMatch(message)
})

test('a server that stalls is given up', async () => {
  answers = { '/orbs/a.yml': faults.stalls }
  expect(await messageOf(`${origin}/orbs/a.yml`, { timeoutMs: 200 })).toBe(
    '/orbs/a.yml could not be fetched: no answer within 0.2 s',
  )
})

test('a certificate that nobody vouches for is not accepted', async () => {
  setDefaultCACertificates(before)
  try {
    const stranger = createServer({ key, cert }, listener)
    await new Promise<void>((done) => {
      stranger.listen(0, '127.0.0.1', done)
    })
    const other = `https://127.0.0.1:${(stranger.address() as AddressInfo).port}/`
    expect(await messageOf(`${other}orbs/a.yml`, { urls: [other] })).toContain('certificate')
    stranger.close()
  } finally {
    setDefaultCACertificates([...before, cert])
  }
})

test('an answer is good for five minutes, and longer only when there is no other', async () => {
  const { fetch, cache, entries } = orbs()
  const url = `${origin}/orbs/a.yml`
  await fetch(url)
  cache.age(5 * 60_000)
  await fetch(url)
  expect(seen).toHaveLength(1)
  cache.age(1)
  answers = { '/orbs/a.yml': (response) => response.end('changed') }
  expect(await fetch(url)).toMatchObject({ text: 'changed' })
  cache.age(10 * 60_000)
  answers = { '/orbs/a.yml': faults.status(500) }
  expect(await fetch(url)).toMatchObject({ text: 'changed' })
  expect(entries).toMatchObject([
    { level: 'warn', facts: { orb: url, ageMinutes: 10, because: 'HTTP 500' } },
  ])
})

test('what was fetched is not given any longer once its address is not allowed', async () => {
  const { fetch, cache } = orbs()
  await fetch(`${origin}/orbs/a.yml`)
  expect(await messageOf(`${origin}/orbs/a.yml`, { cache, urls: [] })).toContain('is not below')
})

import { createHmac, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ServerProcess } from '../support/server-process.ts'
import { openStage, type Stage } from '../support/stage.ts'
import { until } from '../support/until.ts'

const config = `version: 2.1
jobs:
  build:
    machine: true
    steps:
      - run: echo built
`
const good = { 'workflow / build': 'success', sluice: 'success' }
const megabyte = 1024 * 1024

describe('deliveries that must change nothing', () => {
  let stage: Stage
  let server: ServerProcess
  /** A push that GitHub itself has sent. */
  let genuine: string
  beforeAll(async () => {
    stage = await openStage()
    server = await stage.serve()
    const sha = await stage.push('shop', config)
    await until('the first push succeeds', () => stage.checks(sha)['sluice'] === 'success')
    genuine = stage.gitHub.deliveries.find(({ event }) => event === 'push')?.payload ?? ''
  })
  afterAll(() => stage[Symbol.asyncDispose]())

  /** How many pipelines Sluice knows. */
  const pipelines = async (): Promise<number> => {
    const page = await (await fetch(server.url)).text()
    return new Set(page.match(/\/pipelines\/[\da-f-]{36}/g)).size
  }

  const signed = (body: string, secret: string): Record<string, string> => ({
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  })

  const deliver = async (body: string, headers: Record<string, string>): Promise<number> => {
    const url = `${server.url}/api/github/webhooks`
    return (await fetch(url, { method: 'POST', body, headers })).status
  }

  const rightly = (body: string) => signed(body, stage.gitHub.app.webhookSecret)

  test.each<[string, () => Record<string, string>]>([
    ['a signature by another secret', () => signed(genuine, 'guessed')],
    ['the signature of another body', () => rightly(`${genuine} `)],
    [
      'no signature',
      () =>
        Object.fromEntries(
          Object.entries(rightly(genuine)).filter(([name]) => !name.includes('signature')),
        ),
    ],
  ])('%s is refused and nothing is stored', async (_name, headers) => {
    expect([400, 401]).toContain(await deliver(genuine, headers()))
    expect(await pipelines()).toBe(1)
    expect(stage.gitHub.violations).toEqual([])
  })

  test('a hook that is set to send forms is told so', async () => {
    const body = `payload=${encodeURIComponent(genuine)}`
    const form = { ...rightly(body), 'content-type': 'application/x-www-form-urlencoded' }
    expect(await deliver(body, form)).toBe(415)
    expect(await pipelines()).toBe(1)
    expect(stage.gitHub.violations).toEqual([])
  })

  test('a body that says it is larger than 25 MB is refused before it is sent', async () => {
    const headers = { ...rightly(genuine), 'content-length': String(26 * megabyte) }
    const { status, sent } = await pour(server.url, headers, 0)
    expect({ status, sent }).toEqual({ status: 413, sent: 0 })
    expect(stage.gitHub.violations).toEqual([])
  })

  test('an endless body is refused at 25 MB, cut off, and never held in memory', async () => {
    const before = await peakMemory(server.pid)
    const { status, cut } = await pour(server.url, rightly(genuine), Number.POSITIVE_INFINITY)
    expect({ status, cut }).toEqual({ status: 413, cut: true })
    expect((await peakMemory(server.pid)) - before).toBeLessThan(150 * megabyte)
    expect(await pipelines()).toBe(1)
    expect(stage.gitHub.violations).toEqual([])
  })

  test.each([
    ['installation', (text: string) => text.replace(/("installation":\{"id":)\d+/, '$1666')],
    [
      'repository',
      (text: string) => text.replaceAll('"shop"', '"ghost"').replaceAll('acme/shop', 'acme/ghost'),
    ],
  ])('an unknown %s is ignored, and logged once', async (_name, change) => {
    const body = change(genuine)
    expect(body).not.toBe(genuine)
    const already = ignored(server).length
    expect(await deliver(body, rightly(body))).toBeLessThan(300)
    expect(await deliver(body, rightly(body))).toBeLessThan(300)
    await expect.poll(() => ignored(server).length).toBe(already + 1)
    expect(await pipelines()).toBe(1)
    expect(stage.gitHub.violations).toEqual([])
  })

  test('the same delivery twice makes one pipeline, also when it comes again later', async () => {
    stage.gitHub.webhooks.duplicate = true
    const sha = await stage.push('twice', config)
    await stage.gitHub.settled()
    stage.gitHub.webhooks.duplicate = false
    await expect.poll(() => stage.checks(sha), { timeout: 20_000 }).toMatchObject(good)
    const sent = stage.gitHub.deliveries.filter(({ payload }) => payload.includes(sha))
    const [first] = sent.filter(({ event }) => event === 'push')
    expect(await deliver(first?.payload ?? '', { ...first?.headers })).toBeLessThan(300)
    expect(await pipelines()).toBe(2)
    expect(
      stage.gitHub
        .runs(sha)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(Object.keys(good).toSorted())
    expect(stage.gitHub.violations).toEqual([])
  })
})

const ignored = ({ output }: ServerProcess) => output.match(/does not give this App access/g) ?? []

/** The most memory that the process ever held, in bytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

/** Sends up to `bytes` of body, and goes on after the answer until the server cuts the connection. */
function pour(url: string, headers: Record<string, string>, bytes: number) {
  return new Promise<{ status: number; sent: number; cut: boolean }>((resolve) => {
    const outgoing = request(`${url}/api/github/webhooks`, { method: 'POST', headers })
    const chunk = Buffer.alloc(megabyte, ' ')
    let sent = 0
    let status = 0
    const more = () => {
      if (sent >= bytes || outgoing.destroyed) return
      sent += chunk.length
      // After the answer slowly: it is the server that must end this.
      outgoing.write(chunk, () => setTimeout(more, status === 0 ? 0 : 50))
    }
    outgoing.on('error', () => undefined)
    outgoing.on('close', () => resolve({ status, sent, cut: true }))
    outgoing.on('response', (answer) => {
      status = answer.statusCode ?? 0
      answer.resume()
      answer.on('error', () => undefined)
      if (sent >= bytes) {
        outgoing.destroy()
        resolve({ status, sent, cut: false })
      }
    })
    outgoing.flushHeaders()
    more()
  })
}

import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { CannotListen, type RunningServer, type ServerParts, startServer } from '../src/server.ts'
import { silentLog } from './support/log.ts'
import { until } from './support/until.ts'

const running: RunningServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.close())))

async function start(parts: Partial<ServerParts> = {}): Promise<RunningServer> {
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    gitHub: async () => false,
    web: ({ method, url }) => new Response(`${method} ${new URL(url).pathname}`),
    log: silentLog,
    ...parts,
  })
  running.push(server)
  return server
}

/** What the server says to these very bytes, until it closes the connection. */
async function raw(server: RunningServer, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk.toString()
  })
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}

test('its URL tells the port that it got, and that port answers', async () => {
  const server = await start()
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
  expect(await (await fetch(`${server.url}/a`)).text()).toBe('GET /a')
})

test('GitHub is asked first, and what it leaves goes to the pages', async () => {
  const server = await start({
    gitHub: async ({ url }, response) => {
      if (url !== '/hook') return false
      response.writeHead(202).end('taken')
      return true
    },
  })
  expect(await (await fetch(`${server.url}/hook`)).text()).toBe('taken')
  expect(await (await fetch(`${server.url}/page`)).text()).toBe('GET /page')
})

test('status, headers and streamed bytes of an answer arrive as they are', async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at % 256)
  const server = await start({
    web: () => new Response(bytes, { status: 418, headers: { 'x-one': '1' } }),
  })
  const answer = await fetch(server.url)
  expect([answer.status, answer.headers.get('x-one')]).toEqual([418, '1'])
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
})

test('a reader that leaves ends what was being read', async () => {
  let cancelled = false
  let signal: AbortSignal | undefined
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => {
      cancelled = true
    },
  })
  const server = await start({
    web: (request) => {
      signal = request.signal
      return new Response(endless)
    },
  })
  const leaving = httpRequest(server.url).end()
  leaving.once('response', (answer) => answer.once('data', () => leaving.destroy()))
  await until('the source is let go of', () => cancelled)
  expect(signal?.aborted).toBe(true)
})

test('a handler that fails is answered with 500, logged, and hurts nobody else', async () => {
  const errors: unknown[] = []
  const server = await start({
    web: ({ url }) => {
      if (url.endsWith('/bad')) throw new Error('secret detail')
      return new Response('good')
    },
    log: { ...silentLog, error: (facts) => errors.push(facts) },
  })
  const bad = await fetch(`${server.url}/bad`)
  expect(bad.status).toBe(500)
  expect(await bad.text()).not.toContain('secret')
  expect(errors).toMatchObject([{ error: { message: 'secret detail' }, path: '/bad' }])
  expect(await (await fetch(`${server.url}/good`)).text()).toBe('good')
})

test.each(['http://elsewhere/', '*', '//'])(
  'the target %s reaches no other host',
  async (target) => {
    const server = await start({ web: ({ url }) => new Response(new URL(url).host) })
    const answer = await raw(
      server,
      `OPTIONS ${target} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n`,
    )
    expect(answer).not.toContain('elsewhere')
    expect(answer).toMatch(/^HTTP\/1\.1 (400|200)/)
  },
)

test('headers that are too long are refused', async () => {
  const server = await start()
  const answer = await raw(server, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 431/)
})

test('a port in use is one sentence that says what to do', async () => {
  const first = await start()
  const port = Number(new URL(first.url).port)
  const second = start({ port })
  await expect(second).rejects.toThrow(CannotListen)
  await expect(second).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: the port is in use; set PORT`,
  )
})

test('an address that is not ours is told as such', async () => {
  await expect(start({ host: '192.0.2.1' })).rejects.toThrow('set HOST')
})

test('closing lets a request that is under way end, and takes no more', async () => {
  const began = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const server = await start({
    web: async () => {
      began.resolve()
      await finish.promise
      return new Response('done')
    },
  })
  const answer = fetch(server.url)
  await began.promise
  const closing = server.close()
  await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  finish.resolve()
  expect(await (await answer).text()).toBe('done')
  await closing
})

test('closing tells those who follow something without an end', async () => {
  const began = Promise.withResolvers<void>()
  const server = await start({
    web: ({ signal }) => {
      began.resolve()
      const body = new ReadableStream({
        start: (controller) => {
          controller.enqueue(Buffer.from('so far'))
          signal.addEventListener('abort', () => controller.close())
        },
      })
      return new Response(body)
    },
  })
  const answer = fetch(server.url)
  await began.promise
  await server.close()
  expect(await (await answer).text()).toBe('so far')
})

test('a body is passed on as it comes', async () => {
  const server = await start({ web: async (request) => new Response(await request.text()) })
  const body = 'ü'.repeat(300_000)
  const answer = await fetch(server.url, { method: 'POST', body })
  expect(await answer.text()).toBe(body)
})

test('a body that nobody read is not taken for the next request', async () => {
  const server = await start({ web: () => new Response('too much', { status: 413 }) })
  const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n`
  const answer = await raw(server, `${head}GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n`)
  expect(answer).toContain('413')
  expect(answer.toLowerCase()).toContain('connection: close')
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

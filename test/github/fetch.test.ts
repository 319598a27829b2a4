import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFetch } from '../../src/github/fetch.ts'

let server: Server
let url: string
let answer: (response: ServerResponse) => void

beforeEach(async () => {
  server = createServer((_, response) => answer(response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/file`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test('an answer comes whole, with its address', async () => {
  answer = (response) => response.writeHead(203, { 'x-a': 'b' }).end('text')
  const response = await createFetch(2000)(url)
  expect([response.status, response.url, response.headers.get('x-a')]).toEqual([203, url, 'b'])
  expect(await response.text()).toBe('text')
})

test('an answer without a body has none', async () => {
  answer = (response) => response.writeHead(204).end()
  expect((await createFetch(2000)(url)).status).toBe(204)
})

test('a body that breaks off is an error, not a short body', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('version: ')
    setTimeout(() => response.destroy(), 20)
  }
  await expect(createFetch(2000)(url)).rejects.toThrow(TypeError)
})

test('a server that does not answer is given up', async () => {
  answer = () => undefined
  await expect(createFetch(50)(url)).rejects.toThrow('no answer in time')
})

test('a server that stops in the middle is given up', async () => {
  answer = (response) => response.writeHead(200).write('version: ')
  await expect(createFetch(50)(url)).rejects.toThrow('no answer in time')
})

test('the deadline of a caller counts as well', async () => {
  answer = () => undefined
  const signal = AbortSignal.timeout(20)
  await expect(createFetch(60_000)(url, { signal })).rejects.toThrow('no answer in time')
})

test('a body without end is cut off', async () => {
  answer = (response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
      response.once('drain', more)
    }
    more()
  }
  await expect(createFetch(20_000)(url)).rejects.toThrow('the answer is larger')
})

import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { TestEngine } from './docker-engine.ts'

/**
 * Lets the containers of an engine reach servers of this machine's loopback: an HTTP proxy, since their
 * own loopback is another one. Returns what shuts it.
 */
export async function openDoor({ door }: TestEngine): Promise<() => Promise<void>> {
  const server = createServer((incoming, response) => {
    passOn(incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(door, resolve))
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
}

async function passOn(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', headers, url = '' } = incoming
  const outgoing = request(url, { method, headers })
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve).once('error', reject)
  })
  const [answer] = await Promise.all([answered, pipeline(incoming, outgoing)])
  response.writeHead(answer.statusCode ?? 502, answer.headers)
  await pipeline(answer, response)
}

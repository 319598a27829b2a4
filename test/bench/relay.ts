import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { now } from './measure.ts'

/** Stands between the stand-in and Sluice, and notes when Sluice has answered. */
export interface Relay {
  /** For the stand-in. */
  readonly url: string
  /** When the push of this commit was answered with a 2xx, in milliseconds since 1970. */
  answered(sha: string): number
  close(): Promise<void>
}

/** Passes deliveries on to `target`. */
export async function startRelay(target: string): Promise<Relay> {
  const times = new Map<string, number>()
  const server = createServer((incoming, response) => {
    void pass({ target, times }, incoming, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    answered: (sha) => {
      const time = times.get(sha)
      if (time === undefined) throw new Error(`the push of ${sha} was not answered`)
      return time
    },
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

interface Passing {
  readonly target: string
  readonly times: Map<string, number>
}

async function pass(
  { target, times }: Passing,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = Buffer.concat(await incoming.toArray())
  const { status, answeredAt, text } = await post(target, incoming, body)
  const isPush = incoming.headers['x-github-event'] === 'push'
  if (isPush && status >= 200 && status < 300) times.set(commitIn(body), answeredAt)
  response.writeHead(status).end(text)
}

interface Answer {
  readonly status: number
  readonly answeredAt: number
  readonly text: Buffer
}

function post(target: string, { headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(target, { method: 'POST', headers })
    outgoing.once('error', reject)
    outgoing.once('response', (answer) => {
      const answeredAt = now()
      const status = answer.statusCode ?? 0
      answer
        .toArray()
        .then((chunks) => resolve({ status, answeredAt, text: Buffer.concat(chunks) }), reject)
    })
    outgoing.end(body)
  })
}

const commitIn = (body: Buffer): string => {
  const payload: unknown = JSON.parse(body.toString())
  return typeof payload === 'object' && payload && 'after' in payload ? String(payload.after) : ''
}

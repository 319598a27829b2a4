import type { IncomingMessage, ServerResponse } from 'node:http'

/** GitHub sends nothing larger. */
export const bodyLimit = 25 * 1024 * 1024

export interface Refusal {
  readonly status: number
  readonly error: string
}

/** How much all deliveries together may hold in memory while they arrive. */
export interface Budget {
  left: number
}

/** Refuses by the headers alone, before a byte of the body is kept. Null when they are all right. */
export function refusedByHeaders({ headers }: IncomingMessage): Refusal | null {
  if (!/^\s*application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? ''))
    return { status: 415, error: 'the content type must be application/json' }
  if (!/^sha256=[0-9a-f]{64}$/i.test(String(headers['x-hub-signature-256'])))
    return { status: 400, error: 'the signature is missing or malformed: set a webhook secret' }
  if (!/^[\w-]{1,100}$/.test(String(headers['x-github-delivery'])))
    return { status: 400, error: 'x-github-delivery is missing or malformed' }
  return Number(headers['content-length'] ?? 0) > bodyLimit ? tooLarge : null
}

const tooLarge: Refusal = { status: 413, error: `the body is larger than ${bodyLimit} bytes` }
const busy: Refusal = { status: 503, error: 'too many deliveries at once, send it again later' }
const brokenOff: Refusal = { status: 400, error: 'the body broke off' }

/** The whole body as text, or why not. Never holds more than the limit, whatever the headers promised. */
export async function readBody(
  request: IncomingMessage,
  budget: Budget,
): Promise<string | Refusal> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    // Not `for await`: leaving that early destroys the connection before the refusal is sent.
    return await new Promise((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        size += chunk.length
        budget.left -= chunk.length
        chunks.push(chunk)
        if (size <= bodyLimit && budget.left >= 0) return
        request.removeAllListeners('data').pause()
        resolve(size > bodyLimit ? tooLarge : busy)
      })
      request.once('end', () => resolve(Buffer.concat(chunks).toString()))
      request.once('error', reject).once('close', () => resolve(brokenOff))
    })
  } catch {
    return brokenOff
  } finally {
    budget.left += size
  }
}

/** Time in which the sender can read the refusal before the connection is cut. */
const graceMs = 5_000

/** Answers at once and drops what still comes, so that the sender sees the answer and not a reset. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, error }: Refusal,
): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify({ error })}\n`)
  const cut = setTimeout(() => request.destroy(), graceMs)
  request.once('close', () => clearTimeout(cut))
  request.resume()
}

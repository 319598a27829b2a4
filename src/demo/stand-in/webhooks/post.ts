import { type Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

export type PostResult =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'failed' }

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly agent: Agent
  /** Milliseconds until the connection is cut. */
  readonly timeoutMs: number
  readonly closing: AbortSignal
}

/** Sends a webhook and waits for its answer; every failure is a result, never a rejection. */
export const post = async (wanted: Post): Promise<PostResult> => {
  const tooLate = AbortSignal.timeout(wanted.timeoutMs)
  try {
    return await exchange(wanted, AbortSignal.any([tooLate, wanted.closing]))
  } catch {
    return tooLate.aborted ? { kind: 'timed-out' } : { kind: 'failed' }
  }
}

const exchange = (wanted: Post, signal: AbortSignal): Promise<PostResult> =>
  new Promise((resolve, reject) => {
    const outgoing = request(wanted.url, {
      method: 'POST',
      agent: wanted.agent,
      signal,
      headers: { ...wanted.headers, 'content-length': Buffer.byteLength(wanted.body) },
    })
    outgoing.once('error', reject)
    outgoing.once('response', (answer) => {
      text(answer).then(
        (body) => resolve({ kind: 'answered', status: answer.statusCode ?? 0, body }),
        reject,
      )
    })
    outgoing.end(wanted.body)
  })

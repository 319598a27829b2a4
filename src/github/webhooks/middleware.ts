import type { IncomingMessage, ServerResponse } from 'node:http'
import { createNodeMiddleware, type Probot } from 'probot'
import { plainText } from '../text.ts'
import type { Refusal } from './body.ts'
import { bodyLimit, readBody, refuse, refusedByHeaders } from './body.ts'
import { createSparingLog, type SparingLog } from './sparing-log.ts'
import type { Receiving } from './webhooks.ts'
import { webhookApp } from './webhooks.ts'

const webhooksPath = '/api/github/webhooks'

/** Answers the request and returns true, or leaves it to others and returns false. */
export type Middleware = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** Deliveries of full size that may arrive at the same time. */
const fullBodies = 8

/**
 * The door for GitHub's deliveries. Probot checks the signature over the whole body, but takes bodies of
 * any size and logs what it refuses; so the body is read here, within limits, and handed to Probot as
 * the text that it would have read itself.
 */
export async function createMiddleware(probot: Probot, receiving: Receiving): Promise<Middleware> {
  const verified = await createNodeMiddleware(webhookApp(receiving), { probot, webhooksPath })
  const log = createSparingLog(receiving)
  const budget = { left: fullBodies * bodyLimit }
  return async (request, response) => {
    if (!isForUs(request)) return false
    const body = refusedByHeaders(request) ?? (await readBody(request, budget))
    if (typeof body !== 'string') {
      warn(log, request, body)
      refuse(request, response, body)
      return true
    }
    await verified(Object.assign(request, { body }), response)
    if (response.statusCode === 400)
      warn(log, request, { status: 400, error: 'the signature or the JSON is wrong' })
    return true
  }
}

/** Other methods on the path go to Probot as well: it answers 404. */
const isForUs = ({ method, url }: IncomingMessage): boolean =>
  method === 'POST' && url?.split('?', 1)[0] === webhooksPath

/** Says who was refused and why, and nothing of what they sent. */
function warn(log: SparingLog, request: IncomingMessage, { status, error }: Refusal): void {
  const from = request.socket.remoteAddress ?? 'unknown'
  const delivery = plainText(String(request.headers['x-github-delivery']), 100)
  log({ status, from, delivery, because: error }, 'a delivery was refused')
}

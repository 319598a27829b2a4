import type { IncomingMessage, ServerResponse } from 'node:http'

/** Path and query of a request to the server at `base`; an odd target, such as `*`, counts as `/`. */
export const urlOf = (request: IncomingMessage, base: string): URL => {
  const target = request.url ?? '/'
  return new URL(base + (target.startsWith('/') ? target : '/'))
}

/** The body came to more than we take; the connection is to be cut. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** The whole body. Rejects with `BodyTooLarge` beyond `most` bytes. */
export const readBody = async (request: IncomingMessage, most: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes: Buffer = chunk
    length += bytes.length
    if (length > most) throw new BodyTooLarge(`body of more than ${most} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

export const sendText = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

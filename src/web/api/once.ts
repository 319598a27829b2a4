import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import type { ApiToken } from '../../ports/tokens.ts'
import type { ApiParts } from './parts.ts'
import { ApiProblem } from './problem.ts'

/**
 * Names a request, so that what it puts in the inbox is put once: by the header `Idempotency-Key` where there
 * is one, which is the caller's own and that path's only; else nothing repeats it.
 */
export function requestKey(
  c: Context,
  { newId }: Pick<ApiParts, 'newId'>,
  caller: ApiToken,
): string {
  const given = c.req.header('idempotency-key')
  if (given === undefined) return `api:${newId()}`
  if (!/^[\x21-\x7e]{1,200}$/.test(given))
    throw new ApiProblem(400, 'Idempotency-Key takes up to 200 visible characters of ASCII.')
  return `api:${digest(`${caller.id} ${new URL(c.req.url).pathname} ${given}`)}`
}

/** The id of what the request makes. Nobody can find a key that leads to the id of something else. */
export function idFrom(key: string): string {
  const hex = digest(`id of ${key}`)
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

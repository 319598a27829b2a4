import { err, ok, type Result } from '../../model/result.ts'

/** Why a body was not taken, with the status to answer. */
export interface BodyProblem {
  readonly status: 400 | 413
  readonly message: string
}

/** The body as JSON. Reads no further than `limit` bytes, whatever length was announced. */
export async function readJson(
  request: Request,
  limit: number,
): Promise<Result<unknown, BodyProblem>> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.byteLength
    if (size > limit) return err({ status: 413, message: `The body has more than ${limit} bytes.` })
    parts.push(part)
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
    const value: unknown = JSON.parse(text)
    return ok(value)
  } catch {
    return err({ status: 400, message: 'The body is no JSON.' })
  }
}

import { createHmac, createPrivateKey, timingSafeEqual } from 'node:crypto'
import { isId, type PipelineId, pipelineId } from './model/ids.ts'
import type { ContinuationKeys } from './ports/continuations.ts'

const shape = /^sluice-continue\.([0-9a-f-]{36})\.([\w-]{43})$/

/**
 * Keys that need no table: the id of the pipeline, signed. The signing key is made of the App's private
 * key, which every process of an installation has and which nobody can guess from a signature.
 * `privateKey` is PEM.
 */
export function continuationKeys(privateKey: string): ContinuationKeys {
  // The same key may be written as PEM in several ways.
  const secret = createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' })
  const sign = (id: string): Buffer =>
    createHmac('sha256', secret).update(`continuation\0${id}`).digest()
  return {
    keyOf: (id) => `sluice-continue.${id}.${sign(id).toString('base64url')}`,
    pipelineOf: (key) => signed(key, sign),
  }
}

function signed(key: string, sign: (id: string) => Buffer): PipelineId | null {
  const [, id = '', signature = ''] = shape.exec(key) ?? []
  const given = Buffer.from(signature, 'base64url')
  const right = sign(id)
  const same = given.length === right.length && timingSafeEqual(given, right)
  return same && isId(id) ? pipelineId(id) : null
}

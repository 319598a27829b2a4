import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32

/** 32 bytes. */
export type Key = Uint8Array

export const newKey = (): Key => randomBytes(keyBytes)

/**
 * Encrypts and signs (AES-256-GCM): nonce, text and tag, one after the other. `about` is not in it, but
 * nobody can open it as being about something else.
 */
export function seal(key: Key, about: readonly string[], plain: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(associated(about))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Null: sealed with another key or about something else, or changed since. */
export function unseal(key: Key, about: readonly string[], sealed: Uint8Array): Buffer | null {
  if (sealed.length < nonceBytes + tagBytes) return null
  const nonce = sealed.subarray(0, nonceBytes)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(associated(about))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  const plain = decipher.update(sealed.subarray(nonceBytes, -tagBytes))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return null
  }
}

/** Names a key without telling it. */
export const keyId = (key: Key): string =>
  createHash('sha256').update('sluice secrets key\0').update(key).digest('hex').slice(0, 12)

/** As JSON, since the parts may hold anything. */
const associated = (about: readonly string[]): Buffer => Buffer.from(JSON.stringify(about))

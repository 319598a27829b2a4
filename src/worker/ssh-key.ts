import { createHash, createPublicKey, type JsonWebKey } from 'node:crypto'
import { err, ok, type Result } from '../model/result.ts'

/** A private key as OpenSSH reads it, and the names by which its public half is known. */
export interface SshKey {
  /** Ends with a line end, without which ssh does not take it. */
  readonly text: string
  /** Sixteen pairs of hexadecimal digits with colons. */
  readonly md5: string
  /** Base64 behind `SHA256:`. */
  readonly sha256: string
}

/** Reads a key in OpenSSH's own form or in PEM. A problem is told as the end of a sentence. */
export function sshKeyOf(text: string): Result<SshKey, string> {
  const blob = publicHalf(text)
  if (!blob.ok) return blob
  const digest = (algorithm: string) => createHash(algorithm).update(blob.value)
  const md5 = digest('md5').digest('hex').match(/../g)?.join(':') ?? ''
  const sha256 = `SHA256:${digest('sha256').digest('base64').replace(/=+$/, '')}`
  return ok({ text: `${text.trim()}\n`, md5, sha256 })
}

/** Whether a fingerprint as people write it is the key's. */
export const hasFingerprint = ({ md5, sha256 }: SshKey, fingerprint: string): boolean =>
  fingerprint.replace(/=+$/, '') === sha256 ||
  fingerprint.replace(/^MD5:/i, '').toLowerCase() === md5

function publicHalf(text: string): Result<Buffer, string> {
  const [, own] = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(text) ?? []
  if (own !== undefined) return openSshHalf(Buffer.from(own, 'base64'))
  try {
    const blob = blobOf(createPublicKey(text).export({ format: 'jwk' }))
    return blob ? ok(blob) : err('is of a kind that ssh does not know')
  } catch {
    const locked = text.includes('ENCRYPTED')
    return err(locked ? 'is protected with a passphrase' : 'is no private key')
  }
}

const magic = 'openssh-key-v1\0'

/** Behind the magic: cipher, derivation, its options, how many keys, then the public half of the first. */
function openSshHalf(bytes: Buffer): Result<Buffer, string> {
  if (!bytes.subarray(0, magic.length).equals(Buffer.from(magic))) return err('is no private key')
  const [cipher, derivation, options] = strings(bytes, magic.length, 3)
  if (!cipher || !derivation || !options) return err('is damaged')
  if (cipher.toString() !== 'none') return err('is protected with a passphrase')
  const counted = magic.length + 12 + cipher.length + derivation.length + options.length
  const [blob] = strings(bytes, counted + 4, 1)
  return blob ? ok(blob) : err('is damaged')
}

/** Texts with their length before them; fewer when the bytes end before. */
function strings(bytes: Buffer, start: number, count: number): readonly Buffer[] {
  const found: Buffer[] = []
  for (let at = start; found.length < count && at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    found.push(bytes.subarray(at + 4, end))
    at = end
  }
  return found
}

/** As `ssh-keygen -y` says it, without base64. */
function blobOf({ kty, crv, n, e, x, y }: JsonWebKey): Buffer | null {
  if (kty === 'RSA') return joined([Buffer.from('ssh-rsa'), integer(e), integer(n)])
  if (kty === 'OKP' && crv === 'Ed25519') return joined([Buffer.from('ssh-ed25519'), bytesOf(x)])
  if (kty !== 'EC' || crv === undefined) return null
  const curve = `nistp${crv.slice('P-'.length)}`
  const point = Buffer.concat([Buffer.of(4), bytesOf(x), bytesOf(y)])
  return joined([Buffer.from(`ecdsa-sha2-${curve}`), Buffer.from(curve), point])
}

const bytesOf = (base64: string | undefined): Buffer => Buffer.from(base64 ?? '', 'base64url')

/** A first bit would be a sign. */
function integer(base64: string | undefined): Buffer {
  const bytes = bytesOf(base64)
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
}

const joined = (parts: readonly Buffer[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )

import { generateKeyPairSync, sign } from 'node:crypto'

/** PEM of a key and of a certificate for localhost and 127.0.0.1 that the key itself signed. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    sequence(time('20200101000000Z'), time('20991231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(authority, addresses)),
  )
  const signature = tagged(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const der = sequence(body, ecdsaWithSha256, signature)
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  }
}

// Distinguished Encoding Rules: a tag, a length, the content.
function tagged(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag, ...size(bytes.length)]), bytes])
}
function size(length: number): readonly number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}
const sequence = (...content: readonly Buffer[]) => tagged(0x30, ...content)
const integer = (value: number) => tagged(0x02, Buffer.from([value]))
const time = (text: string) => tagged(0x18, Buffer.from(text))
const identifier = (...bytes: readonly number[]) => tagged(0x06, Buffer.from(bytes))
const yes = tagged(0x01, Buffer.from([0xff]))

const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const commonName = sequence(identifier(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from('localhost')))
const name = sequence(tagged(0x31, commonName))
const authority = sequence(identifier(0x55, 0x1d, 0x13), yes, tagged(0x04, sequence(yes)))
const hosts = sequence(
  tagged(0x82, Buffer.from('localhost')),
  tagged(0x87, Buffer.from([127, 0, 0, 1])),
)
const addresses = sequence(identifier(0x55, 0x1d, 0x11), tagged(0x04, hosts))

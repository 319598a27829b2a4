import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { WrongCall } from './failure.ts'

/** Far more than any key; what is larger is a file that was meant for something else. */
const mostBytes = 32 * 1024

/**
 * The value of a secret: typed unseen at a terminal, else all of standard input without one line end at its
 * end. Never from the command line, which everybody on the machine can read. Rejects with `WrongCall`.
 */
export async function readSecret(
  input: NodeJS.ReadStream,
  prompt: (text: string) => void,
  name: string,
): Promise<string> {
  if (!input.isTTY) return checked((await buffer(input)).subarray(0, mostBytes + 3))
  prompt(`Value of ${name} (it is not shown): `)
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: unseen, terminal: true })
  try {
    return checked(Buffer.from(await lines.question('')))
  } finally {
    lines.close()
    prompt('\n')
  }
}

/** The bytes as the value of a variable. */
export function checked(bytes: Uint8Array): string {
  const value = decoded(bytes).replace(/\r?\n$/, '')
  if (value === '') throw new WrongCall('the value is empty: give it on standard input')
  if (value.includes('\0')) throw new WrongCall('the value holds a NUL byte, which no variable can')
  if (Buffer.byteLength(value) > mostBytes)
    throw new WrongCall(`the value is larger than ${mostBytes} bytes`)
  return value
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new WrongCall('the value is no UTF-8 text: encode it first, e.g. with base64')
  }
}

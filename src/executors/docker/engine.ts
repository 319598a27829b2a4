/** A client of the Docker Engine API, as little as containers of jobs need. */
import type { IncomingMessage, RequestOptions } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { EnvironmentLost } from '../../ports/executor.ts'
import type { Address } from './address.ts'
import { textAt } from './answer.ts'

export interface Engine {
  /** For messages. */
  readonly address: string
  /** The answer's JSON, null when it is empty. Rejects with `EngineRefused` or `EngineSilent`. */
  call(method: Method, path: string, more?: CallOptions): Promise<unknown>
  /** The answer as it comes, however long it takes. */
  stream(method: Method, path: string, more?: StreamOptions): Promise<Readable>
  /** A connection of its own in both directions, e.g. to a process. */
  connect(path: string, body: unknown): Promise<Duplex>
}

type Method = 'HEAD' | 'GET' | 'POST' | 'PUT' | 'DELETE'

interface StreamOptions {
  readonly body?: unknown
  /** A tar as the body. */
  readonly tar?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

interface CallOptions extends StreamOptions {
  readonly timeoutMs?: number
}

/** The engine answered that it will not. */
export class EngineRefused extends EnvironmentLost {
  readonly status: number
  /** In the engine's words. */
  readonly words: string
  constructor(status: number, words: string) {
    super(`the Docker engine answered ${status}: ${words}`)
    this.status = status
    this.words = words
  }
}

/** The engine did not answer, or stopped in the middle. */
export class EngineSilent extends EnvironmentLost {}

/** Starting a container with a big image on a busy disk takes long; more is no answer. */
const usualTimeoutMs = 120_000
const longestAnswer = 16 * 1024 * 1024

export function engineAt(address: Address): Engine {
  const send = (options: RequestOptions, body?: Uint8Array): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const failed = (error: Error): void => reject(silent(address, error))
      const request = address.request({ ...address.options, ...options })
      request.once('response', resolve).once('error', failed).end(body)
    })
  const open = async (
    method: Method,
    path: string,
    { body, tar, headers, signal }: CallOptions,
  ): Promise<IncomingMessage> => {
    const bytes = tar ?? encoded(body)
    const type = tar ? 'application/x-tar' : 'application/json'
    const sent = { 'content-type': type, 'content-length': bytes.length, ...headers }
    const response = await send({ method, path, headers: sent, ...(signal && { signal }) }, bytes)
    if ((response.statusCode ?? 500) >= 300) await refuse(address, response)
    return response
  }
  return {
    address: address.text,
    call: async (method, path, { timeoutMs = usualTimeoutMs, ...more } = {}) => {
      const limit = AbortSignal.timeout(timeoutMs)
      const signal = more.signal ? AbortSignal.any([more.signal, limit]) : limit
      return parsed(await textOf(address, await open(method, path, { ...more, signal })))
    },
    stream: (method, path, more = {}) => open(method, path, more),
    connect: (path, body) => connectTo(address, path, encoded(body)),
  }
}

/** By an upgrade of the connection, which from then on is the process's. */
function connectTo(address: Address, path: string, body: Uint8Array): Promise<Duplex> {
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'Upgrade',
    upgrade: 'tcp',
  }
  return new Promise((resolve, reject) => {
    const request = address.request({ ...address.options, method: 'POST', path, headers })
    request.once('upgrade', (_response, socket, head: Buffer) => {
      if (head.length > 0) socket.unshift(head)
      // Else a silent connection to an engine that vanished would stay for ever.
      if (socket instanceof Socket) socket.setKeepAlive(true, 30_000)
      resolve(socket)
    })
    request.once('response', (response: IncomingMessage) => {
      refuse(address, response).catch(reject)
    })
    request.once('error', (error) => reject(silent(address, error)))
    request.end(body)
  })
}

const encoded = (body: unknown): Uint8Array =>
  Buffer.from(body === undefined ? '' : JSON.stringify(body))

function parsed(text: string): unknown {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    throw new EnvironmentLost(`the Docker engine answered what is no JSON: ${text.slice(0, 200)}`)
  }
}

async function refuse(address: Address, response: IncomingMessage): Promise<never> {
  const text = await textOf(address, response)
  throw new EngineRefused(response.statusCode ?? 0, wordsIn(text).trim().slice(0, 1000))
}

function wordsIn(text: string): string {
  try {
    return textAt(JSON.parse(text), 'message') ?? text
  } catch {
    return text
  }
}

async function textOf(address: Address, response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  try {
    await pipeline(response, async (source: AsyncIterable<Buffer>) => {
      for await (const part of source) {
        size += part.length
        if (size > longestAnswer) throw new Error('the answer is too long')
        parts.push(part)
      }
    })
  } catch (error) {
    throw silent(address, error)
  }
  return Buffer.concat(parts).toString()
}

const silent = (address: Address, error: unknown): EngineSilent =>
  new EngineSilent(
    `the Docker engine at ${address.text} does not answer: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  )

import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isLoopback } from '../model/loopback.ts'

export interface Doors {
  /** Host that is listened on, as it was given. */
  readonly host: string
  /** Origin of GitHub's pages, from which browsers come back. */
  readonly web: string
}

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Why a request is not answered; null: it may go on. Only a person who opens an address in a browser is:
 * a page elsewhere can neither fetch ours nor reach it under a name of its own.
 */
export function objectionTo(request: IncomingMessage, doors: Doors): string | null {
  const { headers, method } = request
  if (method !== 'GET') return 'only GET'
  if (!ourHost(headers.host ?? '', doors)) return 'not under this name'
  const { origin } = headers
  if (origin !== undefined && !['null', doors.web, `http://${headers.host}`].includes(origin))
    return 'not from another page'
  // Every browser tells it: what a script, a frame or an image asks for is no document.
  const destination = headers['sec-fetch-dest'] ?? 'document'
  return destination === 'document' ? null : 'not from another page'
}

/** Says nothing by its duration about how much of the secret was right. */
export function sameSecret(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** The port may be another one where somebody forwards it; on every address we cannot know our names. */
function ourHost(given: string, { host }: Doors): boolean {
  const [, name = ''] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(given) ?? []
  if (name === '' || isEveryAddress(host)) return name !== ''
  const names = isLoopback(host) ? [...loopback, urlHost(host)] : [urlHost(host)]
  return names.includes(name.toLowerCase())
}

/** Whether a host means all addresses of this machine. */
export const isEveryAddress = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** As it stands in a URL. */
export const urlHost = (host: string): string =>
  host.includes(':') ? `[${host}]` : host.toLowerCase()

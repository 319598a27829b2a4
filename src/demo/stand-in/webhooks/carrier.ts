import { createHmac } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StandInClock } from '../clock.ts'
import type { Delivery, Parcel } from './parcel.ts'
import { type PostResult, post } from './post.ts'

export interface CarrierOptions {
  readonly clock: StandInClock
  readonly appId: number
  readonly secret: string
  readonly nextId: () => number
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number
}

/** The App's webhook as its owner set it up. */
export interface Hook {
  /** Null: there is none. */
  url: string | null
  contentType: string
  insecureSsl: string
  /** Whether deliveries are signed. */
  signed: boolean
}

/** What the owner of an App may change about its webhook. */
export interface HookBody {
  readonly url?: string
  readonly content_type?: string
  readonly insecure_ssl?: string | number
  readonly secret?: string
}

/** Posts parcels to the App's URL and writes the delivery log. */
export interface Carrier {
  readonly deliveries: readonly Delivery[]
  forget(): void
  readonly hook: Hook
  setUrl(url: string | null): void
  /** Resolves after `ms`, or when the carrier closes. */
  wait(ms: number): Promise<void>
  /** Logs the parcel as one that did not arrive. */
  lose(parcel: Parcel): void
  /** Resolves when the parcel was answered or has failed. */
  carry(parcel: Parcel, redelivery: boolean): Promise<void>
  close(): void
}

const sockets = 100

export const makeCarrier = (options: CarrierOptions): Carrier => {
  const deliveries: Delivery[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  const closing = new AbortController()
  const hook: Hook = { url: null, contentType: 'json', insecureSsl: '0', signed: true }
  const log = (parcel: Parcel, sent: Sent, result: PostResult) => {
    deliveries.push(toDelivery(options, parcel, sent, result))
  }
  return {
    deliveries,
    forget: () => void deliveries.splice(0),
    hook,
    setUrl: (wanted) => {
      hook.url = wanted
    },
    wait: (ms) => sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined),
    lose: (parcel) => log(parcel, begin({}, false), { kind: 'failed' }),
    carry: async (parcel, redelivery) => {
      const headers = headersOf(parcel, options)
      const sent = begin(headers, redelivery)
      const { timeoutMs } = options
      const way = { headers, body: parcel.payload, agent, timeoutMs, closing: closing.signal }
      const { url } = hook
      log(parcel, sent, url === null ? { kind: 'failed' } : await post({ url, ...way }))
    },
    close: () => {
      closing.abort()
      agent.destroy()
    },
  }
}

interface Sent {
  readonly redelivery: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly begun: number
}

const begin = (headers: Readonly<Record<string, string>>, redelivery: boolean): Sent => ({
  redelivery,
  headers,
  begun: performance.now(),
})

const toDelivery = (
  options: CarrierOptions,
  parcel: Parcel,
  { redelivery, headers, begun }: Sent,
  result: PostResult,
): Delivery => ({
  guid: parcel.guid,
  event: parcel.event,
  action: parcel.action,
  installationId: parcel.installationId,
  repositoryId: parcel.repositoryId,
  payload: parcel.payload,
  id: options.nextId(),
  redelivery,
  headers,
  deliveredAt: options.clock.now(),
  durationMs: performance.now() - begun,
  ...outcome(result),
})

const headersOf = (parcel: Parcel, { appId, secret }: CarrierOptions): Record<string, string> => {
  const signature = (algorithm: string) =>
    `${algorithm}=${createHmac(algorithm, secret).update(parcel.payload).digest('hex')}`
  return {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'GitHub-Hookshot/5a7d0c1',
    'x-github-event': parcel.event,
    'x-github-delivery': parcel.guid,
    'x-github-hook-id': '512345678',
    'x-github-hook-installation-target-id': String(appId),
    'x-github-hook-installation-target-type': 'integration',
    'x-hub-signature': signature('sha1'),
    'x-hub-signature-256': signature('sha256'),
  }
}

const outcome = (result: PostResult): Pick<Delivery, 'status' | 'statusCode' | 'response'> => {
  if (result.kind !== 'answered')
    return { status: failures[result.kind], statusCode: 0, response: '' }
  const accepted = result.status >= 200 && result.status < 300
  const status = accepted ? 'OK' : `Invalid HTTP Response: ${result.status}`
  return { status, statusCode: result.status, response: result.body }
}

const failures = { failed: 'failed to connect to host', 'timed-out': 'timed out' } as const

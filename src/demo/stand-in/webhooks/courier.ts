import { randomUUID } from 'node:crypto'
import { type CarrierOptions, type Hook, makeCarrier } from './carrier.ts'
import type { Delivery, Parcel } from './parcel.ts'
import { makeShuffler } from './shuffle.ts'
import { makeSwitches, type WebhookSwitches } from './switches.ts'

/** Brings webhooks to the App, with the mischief that the switches ask for. */
export interface Courier {
  readonly switches: WebhookSwitches
  /** Everything that was answered or failed, in that order. */
  readonly deliveries: readonly Delivery[]
  /** Where webhooks go and how GitHub's owner of the App set that up. */
  readonly hook: Hook
  /** Null: nowhere, so that every delivery fails. */
  setUrl(url: string | null): void
  /** Starts on its way at once; resolves when it was answered or has failed. */
  send(content: Omit<Parcel, 'guid'>): Promise<void>
  redeliver(delivery: Delivery): Promise<void>
  /** Empties the log of deliveries, as GitHub does with what is older than three days. */
  forget(): void
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>
  close(): void
}

/** Bigger payloads are not sent at all. */
const largestPayload = 25 * 1024 * 1024

export const startCourier = (options: CarrierOptions): Courier => {
  const { switches, takesDrop } = makeSwitches()
  const shuffled = makeShuffler()
  const carrier = makeCarrier(options)
  const underWay = new Set<Promise<void>>()
  const track = (travel: Promise<void>): Promise<void> => {
    underWay.add(travel)
    return travel.finally(() => underWay.delete(travel))
  }
  const travel = async (parcel: Parcel) => {
    if (takesDrop(parcel)) return carrier.lose(parcel)
    if (switches.delayMs > 0) await carrier.wait(switches.delayMs)
    if (switches.shuffle) await new Promise<void>(shuffled)
    await carrier.carry(parcel, false)
  }
  return {
    switches,
    deliveries: carrier.deliveries,
    hook: carrier.hook,
    setUrl: (url) => carrier.setUrl(url),
    send: async (content) => {
      if (Buffer.byteLength(content.payload) > largestPayload) return
      const parcel = { ...content, guid: randomUUID() }
      const copies = switches.duplicate ? [parcel, parcel] : [parcel]
      await Promise.all(copies.map((copy) => track(travel(copy))))
    },
    redeliver: (delivery) => track(carrier.carry(delivery, true)),
    forget: () => carrier.forget(),
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    close: () => carrier.close(),
  }
}

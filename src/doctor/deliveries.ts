import { type Finding, fine, problem, warning } from './finding.ts'
import { listIn, numberIn, textIn } from './json.ts'
import { type Round, refused } from './round.ts'

/** Newest first. */
export const recentDeliveries = '/app/hook/deliveries?per_page=100'

/** Whether GitHub reaches us, by its own log of what it tried to deliver. */
export async function deliveriesFinding(round: Round): Promise<Finding> {
  const answer = await round.asApp(recentDeliveries)
  if (answer.status !== 200) return refused('deliveries', answer)
  const deliveries = listIn(answer.body).map(deliveryIn)
  const [newest] = deliveries
  const { pages } = round.registered
  if (!newest)
    return warning(
      'deliveries',
      'GitHub has delivered nothing in the last days, so that nobody knows whether it can',
      `install the App and push something, or press Redeliver at an older one on ${pages.deliveries}`,
    )
  if (newest.status !== 'OK')
    return problem(
      'deliveries',
      `${toldOf(newest)} ${pingOf(deliveries)}`.trim(),
      remedyFor(newest, round),
    )
  const failed = deliveries.filter(({ status }) => status !== 'OK').length
  const counts = `of the last ${deliveries.length} deliveries ${failed} failed`
  return fine(
    'deliveries',
    `GitHub reaches Sluice: ${newest.event} arrived at ${newest.at}; ${counts}`,
  )
}

export interface Delivery {
  readonly id: number
  /** The same for all attempts to deliver one event. */
  readonly guid: string
  readonly event: string
  /** As GitHub writes it. */
  readonly at: string
  /** `OK`, or what went wrong in GitHub's words. */
  readonly status: string
  /** 0 when nothing was answered. */
  readonly code: number
}

export const deliveryIn = (item: unknown): Delivery => ({
  id: numberIn(item, 'id') ?? 0,
  guid: textIn(item, 'guid') ?? '',
  event: textIn(item, 'event') ?? '?',
  at: textIn(item, 'delivered_at') ?? '?',
  status: textIn(item, 'status') ?? '?',
  code: numberIn(item, 'status_code') ?? 0,
})

const toldOf = ({ event, at, status }: Delivery): string =>
  `the newest delivery, ${event} at ${at}, failed: ${status}.`

/** The first thing that a webhook hears tells whether it ever worked. */
function pingOf(deliveries: readonly Delivery[]): string {
  const ping = deliveries.find(({ event }) => event === 'ping')
  if (!ping) return ''
  return `The ping at ${ping.at} ${ping.status === 'OK' ? 'arrived' : `failed too: ${ping.status}`}.`
}

/** What to do about a delivery that failed. */
export function remedyFor({ code }: Delivery, { registered, publicUrl }: Round): string {
  const { general, deliveries } = registered.pages
  const again = `then press Redeliver on ${deliveries}`
  switch (code) {
    case 0:
      return `see that Sluice runs and that ${publicUrl ?? 'its address'} leads to it from the internet: name, firewall, certificate, proxy; ${again}`
    case 400:
    case 401:
      return `the secrets differ: set the Webhook secret on ${general} and WEBHOOK_SECRET to the same text, start Sluice again; ${again}`
    case 403:
    case 404:
    case 405:
      return `something else than Sluice answered: let the proxy pass the whole path to Sluice, or mend the Webhook URL on ${general}; ${again}`
    case 502:
    case 503:
    case 504:
      return `the proxy answers, but Sluice behind it does not: start Sluice, or mend where the proxy leads; ${again}`
    default:
      return `read the answer on ${deliveries} and the log of Sluice; ${again}`
  }
}

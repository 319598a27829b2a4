import { isoTime } from '../../clock.ts'
import type { JsonObject } from '../../description/schema.ts'
import type { Delivery } from '../../webhooks/parcel.ts'
import { type Call, clamp, type Handler, ok } from '../call.ts'
import { notFound } from '../refusal.ts'

/** Newest first; the cursor names the delivery after which the page begins. */
const listDeliveries: Handler = ({ world, query, url }) => {
  const size = clamp(Number(query['per_page'] ?? 30), 100)
  const before =
    query['cursor'] === undefined ? Infinity : Number(query['cursor'].slice('v1_'.length))
  const matching = world.courier.deliveries
    .filter((delivery) => delivery.id < before && hasStatus(delivery, query['status']))
    .toReversed()
  const items = matching.slice(0, size)
  const next = new URL(url)
  next.searchParams.set('cursor', `v1_${items.at(-1)?.id}`)
  return {
    status: 200,
    body: items.map(itemShape),
    headers: matching.length > size ? { link: `<${next.href}>; rel="next"` } : {},
  }
}

const hasStatus = ({ status }: Delivery, wanted: string | undefined): boolean =>
  wanted === undefined || (status === 'OK') === (wanted === 'success')

const getDelivery: Handler = (call) => {
  const delivery = deliveryNamed(call)
  return ok({
    ...itemShape(delivery),
    request: { headers: delivery.headers, payload: JSON.parse(delivery.payload) },
    response: { headers: {}, payload: delivery.response },
  })
}

const redeliver: Handler = (call) => {
  void call.world.courier.redeliver(deliveryNamed(call))
  return { status: 202, body: {} }
}

const deliveryNamed = ({ world, path }: Call): Delivery => {
  const id = Number(path['delivery_id'])
  const delivery = world.courier.deliveries.find((one) => one.id === id)
  if (!delivery) throw notFound()
  return delivery
}

const itemShape = (delivery: Delivery): JsonObject => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: isoTime(delivery.deliveredAt),
  redelivery: delivery.redelivery,
  duration: delivery.durationMs / 1000,
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installationId,
  repository_id: delivery.repositoryId,
  throttled_at: null,
})

export const deliveryOperations: Readonly<Record<string, Handler>> = {
  'apps/list-webhook-deliveries': listDeliveries,
  'apps/get-webhook-delivery': getDelivery,
  'apps/redeliver-webhook-delivery': redeliver,
}

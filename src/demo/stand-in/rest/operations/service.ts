import { type Handler, ok } from '../call.ts'

/** What an installation may ask in an hour. The stand-in counts nothing: faults play a limit. */
const hourly = 5000

const rateLimit: Handler = ({ world }) => {
  const reset = Math.floor(world.clock.now() / 1000) + 3600
  const rate = { limit: hourly, remaining: hourly, reset, used: 0 }
  return ok({ resources: { core: rate, search: rate }, rate })
}

const meta: Handler = () =>
  ok({ verifiable_password_authentication: false, hooks: ['127.0.0.1/32'], web: ['127.0.0.1/32'] })

export const serviceOperations: Readonly<Record<string, Handler>> = {
  'rate-limit/get': rateLimit,
  'meta/get': meta,
}

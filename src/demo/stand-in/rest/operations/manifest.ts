import { appShape } from '../../shapes/app.ts'
import type { Handler } from '../call.ts'
import { notFound } from '../refusal.ts'

const codeLifeMs = 3_600_000

/** A code is good once and for an hour; whoever has it needs no other proof. */
const createFromManifest: Handler = ({ world, path }) => {
  const code = path['code'] ?? ''
  const registration = world.registrations.get(code)
  if (!registration || registration.createdAt + codeLifeMs < world.clock.now()) throw notFound()
  world.registrations.delete(code)
  const { clientId, clientSecret, webhookSecret, privateKey } = world.app
  return {
    status: 201,
    body: {
      ...appShape(world.url, world.app),
      client_id: clientId,
      client_secret: clientSecret,
      webhook_secret: webhookSecret,
      pem: privateKey,
    },
  }
}

export const manifestOperations: Readonly<Record<string, Handler>> = {
  'apps/create-from-manifest': createFromManifest,
}

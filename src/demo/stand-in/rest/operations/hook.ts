import type { Call, Handler } from '../call.ts'
import { ok } from '../call.ts'

const getHook: Handler = (call) => ok(hookShape(call))

/** The secret stays the stand-in's own, by which it signs; an empty one means that none is set. */
const updateHook: Handler = (call) => {
  const { hook } = call.world.courier
  const { url, content_type, insecure_ssl, secret } = call.body
  hook.url = url ?? hook.url
  hook.contentType = content_type ?? hook.contentType
  hook.insecureSsl = String(insecure_ssl ?? hook.insecureSsl)
  if (secret !== undefined) hook.signed = secret !== ''
  return ok(hookShape(call))
}

/** GitHub never shows a secret, only that there is one. */
const hookShape = ({ world }: Call) => {
  const { url, contentType, insecureSsl, signed } = world.courier.hook
  return {
    ...(url !== null && { url }),
    content_type: contentType,
    insecure_ssl: insecureSsl,
    ...(signed && { secret: '********' }),
  }
}

export const hookOperations: Readonly<Record<string, Handler>> = {
  'apps/get-webhook-config-for-app': getHook,
  'apps/update-webhook-config-for-app': updateHook,
}

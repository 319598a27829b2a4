import { at, id, text } from './payload.ts'
import type { Delivery, Ignored } from './reading.ts'
import { nothing } from './reading.ts'

/**
 * Somebody installed the App, took it away, or changed what it may see. Nothing starts by itself: the
 * next push does. What a removed installation leaves open ends when GitHub refuses its checks.
 */
export function readInstallation({ name, payload }: Delivery): Ignored {
  const action = text(at(payload, 'action')) ?? 'changed'
  const account = text(at(payload, 'installation', 'account', 'login')) ?? 'unknown'
  return nothing(`${name} ${id(at(payload, 'installation', 'id'))} of ${account}: ${action}`)
}

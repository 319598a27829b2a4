import { at, id, text } from './payload.ts'
import type { Delivery, Ignored } from './reading.ts'
import { nothing } from './reading.ts'

/**
 * Somebody installed the App, took it away or changed what it may see, or a repository has another name or
 * owner. Nothing starts by itself: the next push does. What it means for what runs, the survey finds out.
 */
export function readInstallation({ name, payload }: Delivery): Ignored {
  const action = text(at(payload, 'action')) ?? 'changed'
  const account = text(at(payload, 'installation', 'account', 'login')) ?? 'unknown'
  const about = text(at(payload, 'repository', 'full_name')) ?? account
  return nothing(`${name} ${id(at(payload, 'installation', 'id'))} of ${about}: ${action}`)
}

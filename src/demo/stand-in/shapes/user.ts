import type { JsonObject } from '../description/schema.ts'
import type { Person } from '../world.ts'

/** A person as GitHub shows it in answers and payloads. */
export const userShape = (url: string, person: Person): JsonObject => ({
  login: person.login,
  id: person.id,
  node_id: `U_${person.id}`,
  type: person.type,
  site_admin: false,
  user_view_type: 'public',
  url: `${url}/api/v3/users/${encodeURIComponent(person.login)}`,
  html_url: `${url}/${encodeURIComponent(person.login)}`,
})

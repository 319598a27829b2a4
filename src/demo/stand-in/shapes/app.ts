import { isoTime } from '../clock.ts'
import type { JsonObject } from '../description/schema.ts'
import type { App, AppIdentity, Installation } from '../world.ts'
import { userShape } from './user.ts'

/** An App as GitHub shows it in answers and payloads. */
export const appShape = (url: string, app: AppIdentity): JsonObject => ({
  id: app.id,
  slug: app.slug,
  client_id: app.clientId,
  node_id: `A_${app.id}`,
  name: app.name,
  owner: userShape(url, app.owner),
  description: null,
  external_url: `${url}/apps/${app.slug}`,
  html_url: `${url}/apps/${app.slug}`,
  permissions: app.permissions,
  events: app.events,
})

export const installationShape = (
  url: string,
  app: App,
  installation: Installation,
): JsonObject => ({
  id: installation.id,
  account: userShape(url, installation.account),
  app_id: app.id,
  app_slug: app.slug,
  target_id: installation.account.id,
  target_type: installation.account.type,
  repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
  permissions: installation.permissions,
  events: installation.events,
  access_tokens_url: `${url}/api/v3/app/installations/${installation.id}/access_tokens`,
  repositories_url: `${url}/api/v3/installation/repositories`,
  html_url: `${url}/settings/installations/${installation.id}`,
  single_file_name: null,
  suspended_at: installation.suspension ? isoTime(installation.suspension.at) : null,
  suspended_by: installation.suspension ? userShape(url, installation.suspension.by) : null,
  created_at: isoTime(installation.createdAt),
  updated_at: isoTime(installation.createdAt),
})

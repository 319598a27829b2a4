import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '../description/schema.ts'
import { readBody, sendText, urlOf } from '../http.ts'
import { sendPing } from '../webhooks/ping.ts'
import type { AppManifest, World } from '../world.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

const largestForm = 65_536
const newAppPath = /^(?:\/organizations\/[\w-]+)?\/settings\/apps\/new$/
const createPath = '/settings/apps'

/** Whether a path is about Apps that are to be made from a manifest. */
export const isNewAppPath = (pathname: string): boolean =>
  newAppPath.test(pathname) || pathname === createPath

/**
 * The page that shows what a manifest asks for, and its button. Pressed, the App is there, its webhook
 * hears a ping, and the browser is sent back to `redirect_url` with the code and the state. The stand-in
 * knows one App, so that is the one that is made.
 */
export const serveNewApp = async (
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string | null> => {
  const url = urlOf(request, world.url)
  const form = new URLSearchParams((await readBody(request, largestForm)).toString())
  const manifest = parseManifest(form.get('manifest') ?? '')
  if (request.method !== 'POST' || typeof manifest === 'string') {
    sendText(
      response,
      422,
      typeof manifest === 'string' ? `Wrong manifest: ${manifest}` : 'POST it',
    )
    return null
  }
  const state = url.searchParams.get('state') ?? form.get('state') ?? ''
  if (url.pathname !== createPath) return confirmPage(manifest, state)
  const back = new URL(manifest.redirect_url)
  back.searchParams.set('code', register(world, manifest))
  if (state !== '') back.searchParams.set('state', state)
  response.writeHead(302, { location: back.href }).end()
  return null
}

const confirmPage = (manifest: AppManifest, state: string): string =>
  layout(
    `New App: ${manifest.name}`,
    html`<form method="post" action="${createPath}">
<input type="hidden" name="manifest" value="${JSON.stringify(manifest)}">
<input type="hidden" name="state" value="${state}"><button>Create GitHub App</button></form>`,
  )

const register = (world: World, manifest: AppManifest): string => {
  const { app, courier } = world
  app.name = manifest.name
  app.permissions = manifest.default_permissions
  app.events = manifest.default_events
  courier.setUrl(manifest.hook_attributes.url)
  const code = randomBytes(20).toString('hex')
  world.registrations.set(code, { code, createdAt: world.clock.now(), manifest })
  void sendPing(world)
  return code
}

/** What GitHub insists on; the text of the first mistake otherwise. */
const parseManifest = (text: string): AppManifest | string => {
  const value = parseJson(text)
  if (!isObject(value)) return 'it is no JSON object'
  const { name, url, redirect_url, hook_attributes, default_permissions, default_events } = value
  if (typeof name !== 'string' || name === '') return 'name is missing'
  if (!isUrl(url)) return 'url is missing'
  if (!isUrl(redirect_url)) return 'redirect_url is missing'
  if (!isObject(hook_attributes) || !isUrl(hook_attributes['url'])) return 'hook url is missing'
  if (!isObject(default_permissions)) return 'default_permissions are missing'
  if (!Array.isArray(default_events)) return 'default_events are missing'
  const permissions = Object.entries(default_permissions).map(([key, level]) => [
    key,
    String(level),
  ])
  return {
    name,
    url,
    redirect_url,
    hook_attributes: { url: hook_attributes['url'] },
    default_permissions: Object.fromEntries(permissions),
    default_events: default_events.map(String),
  }
}

const isUrl = (value: unknown): value is string => typeof value === 'string' && URL.canParse(value)

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

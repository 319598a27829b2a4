import { expect, test } from 'vitest'
import { appJwt, ask, openLab } from './support/github.ts'

const manifest = (hook: string, changes: object = {}) =>
  JSON.stringify({
    name: 'My CI',
    url: 'https://ci.example.com',
    redirect_url: 'http://127.0.0.1:9/made',
    hook_attributes: { url: hook, active: true },
    default_permissions: { checks: 'write' },
    default_events: ['push'],
    ...changes,
  })

const lab = async () => {
  const opened = await openLab()
  const { github } = opened
  const hook = `${github.url}/nowhere`
  const create = (content: string, path = '/settings/apps') =>
    fetch(github.url + path, {
      method: 'POST',
      body: new URLSearchParams({ manifest: content, state: 'a b' }),
      redirect: 'manual',
    })
  const codeOf = async (content: string) => {
    const back = new URL((await create(content)).headers.get('location') ?? '')
    return { back, code: back.searchParams.get('code') ?? '' }
  }
  const convert = (code: string) => ask(github, null, `POST /app-manifests/${code}/conversions`)
  return { ...opened, hook, create, codeOf, convert }
}

test('an App is made on its page and given out once, for its code', async () => {
  const { github, hook, codeOf, convert } = await lab()
  const { back, code } = await codeOf(manifest(hook))
  expect(back.origin + back.pathname).toBe('http://127.0.0.1:9/made')
  expect(back.searchParams.get('state')).toBe('a b')
  const { status, body } = await convert(code)
  const { appId, clientId, slug, privateKey, webhookSecret } = github.app
  expect(status).toBe(201)
  expect(body).toMatchObject({
    id: appId,
    client_id: clientId,
    slug,
    name: 'My CI',
    pem: privateKey,
    webhook_secret: webhookSecret,
    permissions: { checks: 'write' },
    events: ['push'],
  })
  expect((await convert(code)).status).toBe(404)
  expect(github.violations).toEqual([])
})

test('a code is good for an hour', async () => {
  const { github, hook, codeOf, convert } = await lab()
  const { code } = await codeOf(manifest(hook))
  github.clock.advance(3_600_001)
  expect((await convert(code)).status).toBe(404)
})

test('a new webhook hears a ping, and GitHub tells where it is, but not its secret', async () => {
  const opened = await lab()
  const { github, codeOf, hook } = opened
  await github.ping()
  expect((await opened.webhooks('ping')).map(({ payload }) => payload.hook.app_id)).toEqual([
    github.app.appId,
  ])
  await codeOf(manifest(hook))
  await github.settled()
  expect(github.deliveries.map(({ event, status }) => [event, status])).toEqual([
    ['ping', 'OK'],
    ['ping', 'Invalid HTTP Response: 404'],
  ])
  const told = await ask(github, appJwt(github), 'GET /app/hook/config')
  expect(told.body).toEqual({
    url: hook,
    content_type: 'json',
    insecure_ssl: '0',
    secret: '********',
  })
  expect(github.violations).toEqual([])
})

test("an App's webhook is changed by the App only", async () => {
  const { github } = await lab()
  const change = { url: 'https://elsewhere.example/' }
  expect((await ask(github, null, 'PATCH /app/hook/config', change)).status).toBe(401)
  const changed = await ask(github, appJwt(github), 'PATCH /app/hook/config', change)
  expect(changed).toMatchObject({ status: 200, body: change })
})

test.each([
  ['{', 'no JSON object'],
  [manifest('x'), 'hook url'],
  [manifest('http://a', { redirect_url: undefined }), 'redirect_url'],
  [manifest('http://a', { name: '' }), 'name'],
])('the manifest %s is refused', async (content, reason) => {
  const { create } = await lab()
  const refused = await create(content, '/organizations/acme/settings/apps/new')
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain(reason)
})

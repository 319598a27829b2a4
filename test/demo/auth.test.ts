import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { appJwt, ask, installationToken, openLab } from './support/github.ts'

const hour = 3_600_000

test('the App proves itself with a JWT by its key, with its number or client id as issuer', async () => {
  const { github } = await openLab()
  for (const iss of [github.app.appId, String(github.app.appId), github.app.clientId]) {
    const answer = await ask(github, appJwt(github, { iss }), 'GET /app')
    expect(answer).toMatchObject({ status: 200, body: { id: github.app.appId, slug: 'sluice' } })
  }
  expect(github.violations).toEqual([])
})

test.each([
  ['of another App', { iss: 999 }, 404, 'Integration not found'],
  ['older than its end', { exp: 1_000 }, 401, 'future time'],
  ['that lasts longer than ten minutes', { exp: 99_999_999_999 }, 401, 'too far in the future'],
  ['from the future', { iat: 99_999_999_999 }, 401, "'Issued at'"],
  ['without an end', { exp: undefined }, 401, "'Expiration time'"],
])('a JWT %s is refused', async (_, claims, status, message) => {
  const { github } = await openLab()
  const answer = await ask(github, appJwt(github, claims), 'GET /app')
  expect(answer.status).toBe(status)
  expect(answer.body.message).toContain(message)
})

test('a JWT by another key, or none at all, is refused', async () => {
  const { github } = await openLab()
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  expect((await ask(github, appJwt(github, {}, pem), 'GET /app')).status).toBe(401)
  expect((await ask(github, 'rubbish', 'GET /app')).status).toBe(401)
  expect((await ask(github, null, 'GET /app')).status).toBe(401)
})

test('a signed JWT whose claims were changed afterwards is refused', async () => {
  const { github } = await openLab()
  const [head, , signature] = appJwt(github).split('.')
  const claims = Buffer.from(JSON.stringify({ iss: github.app.appId, exp: 2, iat: 1 })).toString(
    'base64url',
  )
  expect((await ask(github, `${head}.${claims}.${signature}`, 'GET /app')).status).toBe(401)
})

test('answers carry the time of the stand-in, by which a client can correct its own', async () => {
  const { github } = await openLab()
  github.clock.advance(5 * hour)
  const answer = await ask(github, null, 'GET /meta')
  const ahead = Date.parse(answer.headers.get('date') ?? '') - Date.now()
  expect(ahead).toBeGreaterThan(4 * hour)
})

test('installation tokens have the new long form and say what they may', async () => {
  const { github } = await openLab()
  const path = `POST /app/installations/${github.installations[0]?.id}/access_tokens`
  const { status, body } = await ask(github, appJwt(github), path)
  expect(status).toBe(201)
  expect(body.token).toMatch(/^ghs_123456_[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(body.token.length).toBeGreaterThan(200)
  expect(body.permissions).toMatchObject({ checks: 'write', contents: 'read' })
  expect(body.repository_selection).toBe('all')
  expect(Date.parse(body.expires_at) - github.clock.now()).toBeGreaterThan(0.9 * hour)
  expect(github.violations).toEqual([])
})

test('a token opens nothing after an hour', async () => {
  const { github } = await openLab()
  const token = await installationToken(github)
  expect((await ask(github, token, 'GET /repos/acme/shop')).status).toBe(200)
  github.clock.advance(hour + 1)
  const answer = await ask(github, token, 'GET /repos/acme/shop')
  expect(answer).toMatchObject({ status: 401, body: { message: 'Bad credentials' } })
})

test('a token narrowed by repository sees that one alone', async () => {
  const { github, repository } = await openLab()
  await github.createRepository({ owner: 'acme', name: 'secret' })
  const token = await installationToken(github, { repository_ids: [repository.id] })
  const listed = await ask(github, token, 'GET /installation/repositories')
  expect(listed.body).toMatchObject({ total_count: 1, repositories: [{ full_name: 'acme/shop' }] })
  expect((await ask(github, token, 'GET /repos/acme/secret')).status).toBe(404)
  expect(github.violations).toEqual([])
})

test('a token narrowed by permission may nothing else', async () => {
  const { github } = await openLab()
  const token = await installationToken(github, { permissions: { contents: 'read' } })
  const answer = await ask(github, token, 'GET /repos/acme/shop/check-runs/1')
  expect(answer.status).toBe(403)
  expect(answer.body.message).toBe('Resource not accessible by integration')
  expect(answer.headers.get('x-accepted-github-permissions')).toBe('checks=read')
})

test('a token cannot be had for more than the installation has', async () => {
  const { github } = await openLab()
  const path = `POST /app/installations/${github.installations[0]?.id}/access_tokens`
  const wider = { permissions: { contents: 'write' } }
  expect((await ask(github, appJwt(github), path, wider)).status).toBe(422)
  const foreign = { repository_ids: [1] }
  expect((await ask(github, appJwt(github), path, foreign)).status).toBe(422)
  expect(
    (await ask(github, appJwt(github), 'POST /app/installations/1/access_tokens')).status,
  ).toBe(404)
})

test('an installation on selected repositories covers no others', async () => {
  const { github } = await openLab({ installations: [{ account: 'acme', repositories: ['shop'] }] })
  await github.createRepository({ owner: 'acme', name: 'secret' })
  const token = await installationToken(github)
  expect((await ask(github, token, 'GET /repos/acme/secret')).status).toBe(404)
  expect((await ask(github, appJwt(github), 'GET /repos/acme/secret/installation')).status).toBe(
    404,
  )
  const found = await ask(github, appJwt(github), 'GET /repos/acme/shop/installation')
  expect(found.body).toMatchObject({ repository_selection: 'selected', account: { login: 'acme' } })
})

test('tokens are no JWTs and JWTs no tokens', async () => {
  const { github } = await openLab()
  const token = await installationToken(github)
  expect((await ask(github, token, 'GET /app')).status).toBe(401)
  expect((await ask(github, appJwt(github), 'GET /repos/acme/shop')).status).toBe(403)
})

test('several installations are listed, each by its account', async () => {
  const { github } = await openLab({ installations: [{ account: 'acme' }, { account: 'other' }] })
  const list = await ask(github, appJwt(github), 'GET /app/installations')
  const accounts = list.body.map((one: { account: { login: string } }) => one.account.login)
  expect(accounts).toEqual(['acme', 'other'])
  const one = await ask(github, appJwt(github), `GET /app/installations/${list.body[1].id}`)
  expect(one.body.account.login).toBe('other')
  expect(github.violations).toEqual([])
})

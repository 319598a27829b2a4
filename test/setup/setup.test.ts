import { readFile, stat, writeFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { readServeSettings } from '../../src/settings.ts'
import { runSetup } from '../../src/setup/setup.ts'
import {
  folder,
  formOn,
  gitHub,
  manifest,
  open,
  setupParts,
  startSetup,
  throughGitHub,
} from './support.ts'

test('makes the App that app.yml describes and writes settings with which Sluice starts', async () => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn)
  const done = await open(await throughGitHub(setup))
  expect(done.status).toBe(200)
  expect(await setup.end).toBe(true)
  const written = parseEnv(await readFile(setup.file, 'utf8'))
  const read = readServeSettings(written)
  const { appId, privateKey, webhookSecret, clientId } = standIn.app
  expect(read).toMatchObject({
    ok: true,
    value: {
      publicUrl: 'https://ci.example.com',
      enterprise: { host: standIn.host, protocol: 'http' },
      app: { appId, privateKey, webhookSecret, clientId },
    },
  })
  expect(Buffer.from(written['SLUICE_SECRETS_KEY'] ?? '', 'base64')).toHaveLength(32)
  expect((await stat(setup.file)).mode & 0o777).toBe(0o600)
  expect(standIn.violations).toEqual([])
})

test('says where to install the App and what comes next, and shows no secret', async () => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn)
  const done = await open(await throughGitHub(setup))
  await setup.end
  const install = `${standIn.url}/apps/sluice/installations/new`
  const told = setup.lines.join('\n')
  expect(told).toContain(install)
  expect(told).toContain('sluice doctor')
  expect(done.html).toContain(`href="${install}"`)
  const secrets = Object.entries(parseEnv(await readFile(setup.file, 'utf8')))
    .filter(([name]) => /SECRET|KEY/.test(name))
    .map(([, value]) => value)
  expect(secrets).toHaveLength(4)
  for (const secret of secrets) expect(told + done.html).not.toContain(secret)
})

test('the manifest asks for what app.yml says, with the public address and the way back', async () => {
  const standIn = await gitHub()
  const setup = await startSetup(standIn, { organization: 'acme' })
  const { action, fields } = formOn((await open(setup.address)).html)
  expect(action).toMatch(
    new RegExp(`^${standIn.url}/organizations/acme/settings/apps/new\\?state=`),
  )
  expect(JSON.parse(fields.get('manifest') ?? '')).toEqual({
    name: 'Sluice',
    description: manifest.description,
    url: 'https://ci.example.com',
    public: false,
    redirect_url: `${setup.address.origin}/made`,
    hook_attributes: { url: 'https://ci.example.com/api/github/webhooks', active: true },
    default_permissions: manifest.permissions,
    default_events: manifest.events,
  })
})

test('on github.com the form leads to github.com and nowhere else', async () => {
  const setup = await startSetup(await gitHub(), { enterprise: null })
  const { html, headers } = await open(setup.address)
  expect(formOn(html).action).toMatch(
    /^https:\/\/github\.com\/settings\/apps\/new\?state=[\w-]{43}$/,
  )
  expect(headers.get('content-security-policy')).toContain('form-action https://github.com;')
})

test('adds to a file with other settings, and keeps the key of stored secrets', async () => {
  const file = `${await folder()}/settings`
  await writeFile(file, '# mine\nPORT=4000\nSLUICE_SECRETS_KEY=kept', { mode: 0o644 })
  const setup = await startSetup(await gitHub(), { file })
  await open(await throughGitHub(setup))
  await setup.end
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/^# mine\nPORT=4000\nSLUICE_SECRETS_KEY=kept\n# The GitHub App sluice/)
  expect(text.match(/SLUICE_SECRETS_KEY/g)).toHaveLength(1)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('ends by itself when an hour is over', async () => {
  const asked: number[] = []
  const setup = await startSetup(await gitHub(), {
    clock: {
      now: () => Date.now(),
      newId: () => '',
      sleep: async (ms) => void asked.push(ms),
    },
  })
  expect(await setup.end).toBe(false)
  expect(asked).toEqual([3_600_000])
  expect(setup.lines.at(-1)).toContain('An hour is over')
  await expect(open(setup.address)).rejects.toThrow('fetch failed')
})

test('ends when it is told to, and writes nothing', async () => {
  const setup = await startSetup(await gitHub())
  await throughGitHub(setup)
  setup.stop()
  expect(await setup.end).toBe(false)
  await expect(stat(setup.file)).rejects.toThrow('ENOENT')
})

test('listens on another address if asked to, and says that it can be reached', async () => {
  const setup = await startSetup(await gitHub(), { listen: { host: '0.0.0.0', port: 0 } })
  expect(setup.lines.join('\n')).toContain('can be reached from elsewhere')
  const address = new URL(setup.address)
  address.hostname = '127.0.0.1'
  const { fields } = formOn((await open(address)).html)
  expect(JSON.parse(fields.get('manifest') ?? '').redirect_url).toBe(`${address.origin}/made`)
})

test('an address that is taken is told at once', async () => {
  const standIn = await gitHub()
  const port = Number(new URL(standIn.url).port)
  const parts = setupParts(standIn, {
    file: `${await folder()}/.env`,
    listen: { host: '127.0.0.1', port },
  })
  await expect(runSetup(parts)).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: .*--listen/)
})

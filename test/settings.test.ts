import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  cacheDirectory,
  type Environment,
  environment,
  readOrbSettings,
  readRemoteSettings,
  readServeSettings,
  readSettings,
  readWorkSettings,
} from '../src/settings.ts'

const pem = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey.trim()
const elliptic = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey
const secretsKey = Buffer.alloc(32, 7).toString('base64')
const app = { APP_ID: '12', PRIVATE_KEY: pem, WEBHOOK_SECRET: 'hush' }

const folder = mkdtempSync(join(tmpdir(), 'sluice-settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is wrong with these settings for `serve`. */
const mistakes = (from: Environment) => {
  const read = readServeSettings(from)
  return read.ok ? [] : read.problem
}
/** The only mistake of a setting that is added to a good App. */
const mistake = (name: string, value: string) => mistakes({ ...app, [name]: value })

test('an App needs no more than its id, key and webhook secret', () => {
  const read = readServeSettings(app)
  expect(read).toMatchObject({
    ok: true,
    value: {
      host: '127.0.0.1',
      port: 3000,
      publicUrl: null,
      logLevel: 'info',
      dataDirectory: resolve('data'),
      storageQuota: null,
      databaseUrl: null,
      executor: 'auto',
      docker: {
        dockerHost: { host: null, certificates: null },
        machineImage: 'cimg/base:current',
        engineImage: 'docker:dind',
        network: null,
      },
      remoteDocker: [],
      allowUnisolated: false,
      secretsKey: null,
      configPath: '.circleci/config.yml',
      approvers: 'write',
      forks: 'hold',
      enterprise: null,
      gitHubLimits: { pointsPerMinute: 900, createsPerMinute: 80, createsPerHour: 500 },
      orbs: { registry: 'https://circleci.com/graphql-unstable', urls: [], token: null },
      app: {
        appId: 12,
        privateKey: pem,
        webhookSecret: 'hush',
        clientId: null,
        clientSecret: null,
      },
    },
  })
})

test('every setting is taken over', () => {
  const read = readServeSettings({
    ...app,
    HOST: '::1',
    PORT: '0',
    SLUICE_PUBLIC_URL: 'https://ci.example.com/',
    LOG_LEVEL: 'debug',
    SLUICE_DATA_DIR: '/var/lib/sluice',
    SLUICE_STORAGE_QUOTA: '50GB',
    DATABASE_URL: 'postgres://sluice@db/sluice',
    SLUICE_EXECUTOR: 'fake',
    DOCKER_HOST: 'tcp://docker.example.com:2376',
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: '/etc/sluice/docker',
    SLUICE_MACHINE_IMAGE: 'ubuntu:24.04',
    SLUICE_DOCKER_NETWORK: 'jobs',
    SLUICE_REMOTE_DOCKER: 'acme/shop, tools/*',
    SLUICE_REMOTE_DOCKER_IMAGE: 'acme/engine:1',
    SLUICE_UNISOLATED: 'allow',
    SLUICE_CONCURRENCY: '7',
    SLUICE_SECRETS_KEY: secretsKey,
    SLUICE_CONFIG_PATH: 'ci/config.yml',
    SLUICE_APPROVERS: 'admin',
    SLUICE_FORKS: 'never',
    GHE_HOST: 'github.example.com:8443',
    GHE_PROTOCOL: 'http',
    GITHUB_CLIENT_ID: 'Iv1.5',
    GITHUB_CLIENT_SECRET: 'more',
    SLUICE_ORB_REGISTRY: 'https://orbs.example.com/graphql',
    SLUICE_ORB_URLS: 'https://a.example.com/orbs, https://b.example.com',
    SLUICE_ORB_TOKEN: 'hush',
  })
  expect(read).toMatchObject({
    ok: true,
    value: {
      host: '::1',
      port: 0,
      publicUrl: 'https://ci.example.com',
      logLevel: 'debug',
      dataDirectory: '/var/lib/sluice',
      storageQuota: 50 * 1024 ** 3,
      databaseUrl: 'postgres://sluice@db/sluice',
      executor: 'fake',
      docker: {
        dockerHost: { host: 'tcp://docker.example.com:2376', certificates: '/etc/sluice/docker' },
        machineImage: 'ubuntu:24.04',
        engineImage: 'acme/engine:1',
        network: 'jobs',
      },
      remoteDocker: ['acme/shop', 'tools/*'],
      allowUnisolated: true,
      concurrency: 7,
      secretsKey: Buffer.alloc(32, 7),
      configPath: 'ci/config.yml',
      approvers: 'admin',
      forks: 'never',
      enterprise: { host: 'github.example.com:8443', protocol: 'http' },
      gitHubLimits: null,
      app: { clientId: 'Iv1.5', clientSecret: 'more' },
      orbs: {
        registry: 'https://orbs.example.com/graphql',
        urls: ['https://a.example.com/orbs', 'https://b.example.com/'],
        token: 'hush',
      },
    },
  })
})

test('every mistake is told at once, each by the name of its setting', () => {
  const found = mistakes({ PORT: 'http', LOG_LEVEL: 'loud', SLUICE_FORKS: ' ', WEBHOOK_SECRET: '' })
  expect(new Set(found.map((text) => text.split(' ', 1)[0]))).toEqual(
    new Set(['APP_ID', 'LOG_LEVEL', 'PORT', 'PRIVATE_KEY', 'WEBHOOK_SECRET']),
  )
  expect(found).toHaveLength(5)
  expect(found).toContain('PORT is "http": expected a port, a whole number from 0 to 65535')
  expect(found).toContain(
    'WEBHOOK_SECRET is missing: expected the webhook secret of the GitHub App',
  )
})

test.each([
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '3e3'],
  ['APP_ID', '0'],
  ['APP_ID', 'Iv1.5'],
  ['HOST', 'http://localhost'],
  ['HOST', 'localhost:3000'],
  ['SLUICE_PUBLIC_URL', 'ci.example.com'],
  ['SLUICE_PUBLIC_URL', 'ftp://ci.example.com'],
  ['SLUICE_PUBLIC_URL', 'https://ci.example.com/sluice'],
  ['SLUICE_PUBLIC_URL', 'https://user:password@ci.example.com'],
  ['LOG_LEVEL', 'INFO'],
  ['DATABASE_URL', 'mysql://db/sluice'],
  ['SLUICE_EXECUTOR', 'podman'],
  ['SLUICE_UNISOLATED', 'yes'],
  ['SLUICE_CONCURRENCY', '0'],
  ['SLUICE_STORAGE_QUOTA', '50'],
  ['SLUICE_STORAGE_QUOTA', '0GB'],
  ['SLUICE_STORAGE_QUOTA', '-1GB'],
  ['SLUICE_STORAGE_QUOTA', '5XB'],
  ['SLUICE_SECRETS_KEY', Buffer.alloc(31).toString('base64')],
  ['SLUICE_SECRETS_KEY', `${secretsKey}?`],
  ['SLUICE_CONFIG_PATH', '/etc/passwd'],
  ['SLUICE_CONFIG_PATH', 'ci/../../config.yml'],
  ['SLUICE_APPROVERS', 'everybody'],
  ['SLUICE_FORKS', 'sometimes'],
  ['GHE_HOST', 'https://github.example.com'],
  ['GHE_PROTOCOL', 'gopher'],
  ['SLUICE_GITHUB_LIMITS', 'some'],
  ['SLUICE_ORB_REGISTRY', 'orbs.example.com'],
  ['SLUICE_ORB_REGISTRY', 'ftp://orbs.example.com/'],
  ['SLUICE_ORB_REGISTRY', 'https://ann:secret@orbs.example.com/'],
  ['SLUICE_ORB_URLS', 'http://orbs.example.com/'],
  ['SLUICE_ORB_URLS', 'https://orbs.example.com/,'],
  ['SLUICE_ORB_URLS', 'https://orbs.example.com/?a'],
  ['SLUICE_ORB_URLS', 'https://ann@orbs.example.com/'],
  ['SLUICE_ORB_TOKEN', 'two words'],
  ['PRIVATE_KEY', elliptic],
  ['PRIVATE_KEY', 'no key'],
])('%s=%s is a mistake, and the only one', (name, value) => {
  const found = mistake(name, value)
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(new RegExp(`^${name} is (wrong|".*"): expected .+`))
})

test.each([
  ['PRIVATE_KEY', 'topsecret'],
  ['SLUICE_SECRETS_KEY', 'topsecret'],
  ['DATABASE_URL', 'topsecret'],
  ['SLUICE_ORB_TOKEN', 'topsecret\n'.repeat(2)],
])('a wrong %s is not repeated in the mistake', (name, value) => {
  expect(mistake(name, value).join()).not.toContain('topsecret')
})

test.each([
  ['1 B', 1],
  ['500MB', 500 * 1024 ** 2],
  ['1.5 GiB', 1.5 * 1024 ** 3],
  ['2tb', 2 * 1024 ** 4],
])('a quota of %s is %i bytes', (SLUICE_STORAGE_QUOTA, storageQuota) => {
  expect(readServeSettings({ ...app, SLUICE_STORAGE_QUOTA })).toMatchObject({
    value: { storageQuota },
  })
})

test.each([
  ['with line ends', pem],
  ['with \\n for line ends', pem.replaceAll('\n', '\\n')],
  ['as base64', Buffer.from(pem).toString('base64')],
])('the private key is taken %s', (_how, PRIVATE_KEY) => {
  expect(readServeSettings({ ...app, PRIVATE_KEY })).toMatchObject({
    value: { app: { privateKey: pem } },
  })
})

test('the private key is read from a file where no key is given', () => {
  const PRIVATE_KEY_PATH = join(folder, 'key.pem')
  writeFileSync(PRIVATE_KEY_PATH, `${pem}\n`)
  const withFile = { ...app, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH }
  expect(readServeSettings(withFile)).toMatchObject({ value: { app: { privateKey: pem } } })
})

test('a private key file that cannot be read is a mistake that names it', () => {
  const absent = join(folder, 'absent.pem')
  expect(mistakes({ ...app, PRIVATE_KEY: '', PRIVATE_KEY_PATH: absent })).toEqual([
    expect.stringMatching(`^PRIVATE_KEY_PATH is "${absent}": expected a file, readable`),
  ])
})

test('a worker also needs the database and the key of the secrets that it shares', () => {
  const read = readWorkSettings(app)
  const names = read.ok ? [] : read.problem.map((text) => text.split(' is missing', 1)[0])
  expect(names).toEqual(['DATABASE_URL', 'SLUICE_SECRETS_KEY'])
  const DATABASE_URL = 'postgres://db/sluice'
  expect(readWorkSettings({ ...app, DATABASE_URL, SLUICE_SECRETS_KEY: secretsKey }).ok).toBe(true)
})

test('a wrong setting that is asked for twice is told once', () => {
  const read = readWorkSettings({ ...app, DATABASE_URL: 'db', SLUICE_SECRETS_KEY: 'short' })
  expect(read.ok ? [] : read.problem).toHaveLength(2)
})

test('the other commands need no App', () => {
  expect(readSettings({})).toMatchObject({ ok: true, value: { port: 3000 } })
  expect(readSettings({ PORT: 'x' }).ok).toBe(false)
})

test('the orb registry can be switched off', () => {
  expect(readSettings({ SLUICE_ORB_REGISTRY: 'off' })).toMatchObject({
    value: { orbs: { registry: null } },
  })
})

test('commands about configs are told of mistakes about orbs and of no others', () => {
  const wrong = { PORT: 'x', SLUICE_ORB_URLS: 'x', SLUICE_ORB_REGISTRY: 'x' }
  const read = readOrbSettings(wrong)
  expect(read.ok ? [] : read.problem.map((text) => text.split(' ', 1)[0])).toEqual([
    'SLUICE_ORB_REGISTRY',
    'SLUICE_ORB_URLS',
  ])
  expect(readOrbSettings({ PORT: 'x' })).toMatchObject({ ok: true, value: { token: null } })
})

test('commands that talk to a server read where it is and as whom, and nothing else', () => {
  const from = { SLUICE_PUBLIC_URL: 'https://sluice.example', SLUICE_TOKEN: 'hush', PORT: 'x' }
  const value = { server: 'https://sluice.example', token: 'hush' }
  expect(readRemoteSettings(from)).toEqual({ ok: true, value })
  expect(readRemoteSettings({})).toEqual({ ok: true, value: { server: null, token: null } })
  expect(readRemoteSettings({ SLUICE_PUBLIC_URL: 'nowhere' })).toMatchObject({ ok: false })
})

test("what can be fetched again is kept in the user's cache folder", () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: '/var/cache/ann' })).toBe('/var/cache/ann')
  for (const XDG_CACHE_HOME of [undefined, '', 'relative'])
    expect(cacheDirectory({ XDG_CACHE_HOME })).toBe(join(homedir(), '.cache'))
})

test('a .env file adds to the environment and never overrides it', () => {
  writeFileSync(
    join(folder, '.env'),
    'PATH=/nowhere\nSLUICE_TEST_A=from file\nSLUICE_TEST_KEY="line 1\nline 2"\n',
  )
  const read = environment(folder)
  expect(read).toMatchObject({
    PATH: process.env.PATH,
    SLUICE_TEST_A: 'from file',
    SLUICE_TEST_KEY: 'line 1\nline 2',
  })
  expect(environment(join(folder, 'absent')).SLUICE_TEST_A).toBeUndefined()
})

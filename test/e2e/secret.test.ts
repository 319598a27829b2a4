import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretsOf } from '../../src/secrets/secrets.ts'
import { repository } from '../support/builders.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { secretCommand } from '../support/secret-command.ts'
import { databaseUrl } from '../support/stage.ts'

let database: TestDatabase
let directory: string
const [key, newKey] = [randomBytes(32), randomBytes(32)]
const base64 = (bytes: Buffer) => bytes.toString('base64')

beforeAll(async () => {
  database = await testDatabase()
  directory = await mkdtemp(join(tmpdir(), 'sluice-secret-'))
})
afterAll(async () => {
  await database.close()
  await rm(directory, { recursive: true })
})

interface Call {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

/** `sluice secret …` on the test's database, with a key unless `env` says otherwise. */
function secret(words: readonly string[], { input = '', env = {} }: Call = {}) {
  const usual = { DATABASE_URL: databaseUrl(database), SLUICE_SECRETS_KEY: base64(key) }
  return secretCommand(words, { input, env: { ...usual, ...env } })
}

const project = ['--project', 'acme/shop']
const context = ['--context', 'deploy', '--org', 'acme']

test('secrets are set, listed, restricted and deleted, and their values never shown', async () => {
  expect(await secret(['list', ...project])).toMatchObject({ code: 1, out: '' })
  const set = await secret(['set', 'TOKEN', ...project], { input: 'hunter2-token\n' })
  expect(set).toEqual({ code: 0, out: 'TOKEN is stored for the project acme/shop\n', err: '' })
  await secret(['set', 'KEY', ...context], { input: 'hunter2 line 1\nline 2\n' })
  const stored = await secretsOf(database.store.vault, key).variables(repository, ['deploy'])
  expect(stored.map(({ values }) => values)).toEqual([
    { TOKEN: 'hunter2-token' },
    { KEY: 'hunter2 line 1\nline 2' },
  ])
  const restricted = await secret(['restrict', ...context, '--team', 'ops'])
  expect(restricted).toMatchObject({
    code: 0,
    out: 'the context deploy of acme may be used by members of the team ops\n',
  })
  const listed = await secret(['list', ...context], { env: { SLUICE_SECRETS_KEY: '' } })
  expect(listed.out).toMatch(
    /^may be used by members of the team ops\nKEY {2}\*{4} {2}created [\d-]+ [\d:]+ {2}changed [\d-]+ [\d:]+\n$/,
  )
  expect(listed.code).toBe(0)
  expect(await secret(['delete', 'NONE', ...context])).toMatchObject({ code: 1, out: '' })
  expect(await secret(['delete', 'KEY', ...context])).toMatchObject({ code: 0 })
  expect(await secret(['delete', '--all', ...context])).toMatchObject({ code: 0 })
  expect(await secret(['list', ...context])).toMatchObject({ code: 1 })
}, 60_000)

test('without the key nothing is set, and with another one it is said which is needed', async () => {
  const none = { input: 'x', env: { SLUICE_SECRETS_KEY: '' } }
  const missing = await secret(['set', 'A', ...project], none)
  expect(missing).toMatchObject({ code: 2, out: '' })
  expect(missing.err).toMatch(/^SLUICE_SECRETS_KEY is missing: expected 32 random bytes as base64/)
  await secret(['set', 'A', ...project], { input: 'value' })
  const other = { input: 'x', env: { SLUICE_SECRETS_KEY: base64(newKey) } }
  const wrong = await secret(['set', 'A', ...project], other)
  expect(wrong).toMatchObject({ code: 3, out: '' })
  expect(wrong.err).toMatch(
    /^the stored secrets are encrypted with the key [0-9a-f]{12}, and the key/,
  )
}, 60_000)

test('a rotation needs both keys, and keeps what is stored', async () => {
  await secret(['set', 'TOKEN', ...project], { input: 'hunter2-token' })
  const half = await secret(['rotate'], { env: { SLUICE_SECRETS_KEY: base64(newKey) } })
  expect(half).toMatchObject({ code: 2, out: '' })
  expect(half.err).toMatch(/^SLUICE_SECRETS_KEY_OLD is missing/)
  const file = join(directory, 'old-key')
  const env = { SLUICE_SECRETS_KEY: base64(newKey) }
  const none = await secret(['rotate', '--old-key-file', file], { env })
  expect(none).toMatchObject({ code: 2 })
  expect(none.err).toContain('--old-key-file')
  await writeFile(file, `${base64(key)}\n`)
  expect(await secret(['rotate', '--old-key-file', file], { env })).toMatchObject({ code: 0 })
  const stored = await secretsOf(database.store.vault, newKey).variables(repository, [])
  expect(stored[0]?.values).toMatchObject({ TOKEN: 'hunter2-token' })
  const back = { SLUICE_SECRETS_KEY: base64(key), SLUICE_SECRETS_KEY_OLD: base64(newKey) }
  expect(await secret(['rotate'], { env: back })).toMatchObject({ code: 0 })
  expect(await secret(['rotate'], { env: back })).toMatchObject({
    code: 0,
    out: expect.stringContaining('nothing was changed'),
  })
}, 60_000)

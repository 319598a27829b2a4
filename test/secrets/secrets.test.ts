import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type SecretScope, SecretsLocked, type Vault } from '../../src/ports/secrets.ts'
import { keyId, seal, unseal } from '../../src/secrets/cipher.ts'
import { rotate, secretsOf } from '../../src/secrets/secrets.ts'
import { repository } from '../support/builders.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)]
const project: SecretScope = { kind: 'project', owner: 'Acme', name: 'shop' }
const context = (name: string): SecretScope => ({ kind: 'context', owner: 'acme', name })

let database: TestDatabase
let vault: Vault
beforeAll(async () => {
  database = await testDatabase()
  vault = database.store.vault
})
beforeEach(() => database.query('truncate secret_scope, secret, data_key'))
afterAll(() => database.close())

const values = async (key: Uint8Array | null, contexts: readonly string[] = []) =>
  (await secretsOf(vault, key).variables(repository, contexts)).map((one) => one.values)

test('what was sealed is opened with the same key and about the same thing only', () => {
  const sealed = seal(first, ['a', 'b'], Buffer.from('value'))
  expect(unseal(first, ['a', 'b'], sealed)?.toString()).toBe('value')
  expect(unseal(second, ['a', 'b'], sealed)).toBeNull()
  expect(unseal(first, ['ab'], sealed)).toBeNull()
  expect(unseal(first, ['a', 'b', ''], sealed)).toBeNull()
  expect(unseal(first, ['a', 'b'], sealed.subarray(0, 20))).toBeNull()
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(unseal(first, ['a', 'b'], changed)).toBeNull()
  }
})

test('the same value is never sealed twice alike', () => {
  const sealed = Array.from({ length: 20 }, () => seal(first, [], Buffer.from('x')))
  expect(new Set(sealed.map((one) => Buffer.from(one).toString('hex'))).size).toBe(20)
})

test('gives back what was set, whatever it holds', async () => {
  const secrets = secretsOf(vault, first)
  const value = `line 1\nline 2 'quoted' "ü" 😀 \\ $HOME ${'x'.repeat(30_000)}`
  await secrets.set(project, 'P', value)
  await secrets.set(context('b'), 'B', 'b')
  await secrets.set(context('a'), 'A', 'old')
  await secrets.set(context('a'), 'A', 'new')
  expect(await values(first, ['b', 'a'])).toEqual([{ P: value }, { B: 'b' }, { A: 'new' }])
})

test('a process without the key, or with another one, learns which one it needs', async () => {
  await secretsOf(vault, first).set(project, 'P', 'value')
  const needed = keyId(first)
  await expect(values(null)).rejects.toThrow(`it must be the key ${needed}`)
  await expect(values(second)).rejects.toThrow(
    `encrypted with the key ${needed}, and the key that was given is ${keyId(second)}`,
  )
  await expect(secretsOf(vault, second).check()).rejects.toThrow(SecretsLocked)
  await expect(secretsOf(vault, second).set(project, 'P', 'x')).rejects.toThrow(SecretsLocked)
  expect(await values(first)).toEqual([{ P: 'value' }])
})

test('without a key nothing can be set, and nothing is made up', async () => {
  const secrets = secretsOf(vault, null)
  await secrets.check()
  await expect(secrets.set(project, 'P', 'x')).rejects.toThrow('SLUICE_SECRETS_KEY is missing')
  expect(await vault.keys()).toEqual([])
  expect(await values(null)).toEqual([])
})

test('a rotation keeps every value, and the old key opens nothing any more', async () => {
  const running = secretsOf(vault, first)
  await running.set(project, 'P', 'value')
  await running.set(context('a'), 'A', 'other')
  const before = await database.query<{ sealed: Buffer }>('select sealed from secret order by name')
  expect(await rotate(vault, first, second)).toBe(1)
  expect(await rotate(vault, first, second)).toBe(0)
  expect(await values(second, ['a'])).toEqual([{ P: 'value' }, { A: 'other' }])
  await expect(values(first)).rejects.toThrow(SecretsLocked)
  expect(await database.query('select sealed from secret order by name')).toEqual(before)
  // A server that runs goes on until it is started again.
  expect(await running.variables(repository, [])).toMatchObject([{ values: { P: 'value' } }])
})

test('a rotation with a wrong old key changes nothing', async () => {
  await secretsOf(vault, first).set(project, 'P', 'value')
  await expect(rotate(vault, third, second)).rejects.toThrow(SecretsLocked)
  expect(await values(first)).toEqual([{ P: 'value' }])
})

test.each([
  ['to another name', `update secret set name = 'Q'`],
  ['to another scope', `update secret_scope set kind = 'context', name = 'a'`],
  ['to another owner', `update secret_scope set owner = 'evil', repository_id = ${repository.id}`],
  [
    'into other bytes',
    `update secret set sealed = set_byte(sealed, 15, (get_byte(sealed, 15) + 1) % 256)`,
  ],
])('a secret that was moved in the database %s is refused', async (_, change) => {
  await secretsOf(vault, first).set(project, 'P', 'value')
  await database.query(change)
  await expect(values(first, ['a'])).rejects.toThrow('was damaged or moved in the database')
})

test('a key that was damaged in the database is told from a wrong one', async () => {
  await secretsOf(vault, first).set(project, 'P', 'value')
  await database.query(
    `update data_key set wrapped = set_byte(wrapped, 20, (get_byte(wrapped, 20) + 1) % 256)`,
  )
  await expect(values(first)).rejects.toThrow('was damaged in the database')
})
